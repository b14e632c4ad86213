package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Files that broke on the way: seeded mutations and every torn end. */
class TornFilesTest {
    private static final String PIECES = "\"'[]{}=,.#\\\n\r\t 019azZ_-\u00e9\u0000";

    @Test
    void shouldNeverThrowNorAcceptAnUnknownKeyWhenTheFileIsMutated() {
        int accepted = 0;
        for (long seed = 1; seed <= 6000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String text = Reports.GOOD;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                text = mutated(text, random);
            }
            ConfigReport report = read(text, seed);
            if (report.settings() != null) {
                accepted++;
                assertKnown(text, seed);
            } else {
                assertFalse(report.problems().isEmpty(), "seed " + seed);
            }
        }
        assertTrue(accepted > 200 && accepted < 5000, accepted + " accepted");
    }

    private static ConfigReport read(String text, long seed) {
        try {
            ConfigReport report = Reports.of(text);
            assertNotNull(report.render(false));
            for (Problem problem : report.problems()) {
                assertFalse(problem.message().contains("not understood"), "seed " + seed + ": TOML4J refuses what the scanner takes:\n" + text);
                assertTrue(problem.line() >= 1 && problem.line() <= report.text().size(), "seed " + seed + ": " + problem);
                int columns = report.text().get(problem.line() - 1).length() + 1;
                assertTrue(problem.column() >= 1 && problem.column() <= columns, "seed " + seed + ": " + problem);
            }
            return report;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ":\n" + text, e);
        }
    }

    private static String mutated(String text, SplittableRandom random) {
        int at = random.nextInt(text.length());
        int length = Math.min(random.nextInt(1, 12), text.length() - at);
        List<String> lines = new ArrayList<>(text.lines().toList());
        int line = random.nextInt(lines.size());
        switch (random.nextInt(6)) {
            case 0:
                return text.substring(0, at) + text.substring(at + length);
            case 1:
                return text.substring(0, at) + PIECES.charAt(random.nextInt(PIECES.length())) + text.substring(at);
            case 2:
                return text.substring(0, at) + PIECES.charAt(random.nextInt(PIECES.length())) + text.substring(at + 1);
            case 3:
                lines.add(random.nextInt(lines.size()), lines.get(line));
                break;
            case 4:
                lines.remove(line);
                break;
            default:
                lines.add(line, lines.remove(random.nextInt(lines.size())));
        }
        return String.join("\n", lines) + "\n";
    }

    /** By the scanner alone, which knows nothing of how the reader looks for keys. */
    private static void assertKnown(String text, long seed) {
        try {
            TomlNode root = TomlScanner.scan(text);
            for (TomlNode entry : root.entries().values()) {
                Table table = Keys.TABLES.stream().filter(each -> each != Keys.ROOT && each.name().equals(entry.name())).findFirst().orElse(null);
                List<TomlNode> nodes = entry.kind() == TomlNode.Kind.ARRAY ? entry.elements() : List.of(entry);
                if (table == null) {
                    assertNotNull(Keys.ROOT.key(entry.name()), "seed " + seed + ": " + entry.path());
                } else {
                    nodes.forEach(node -> assertKnown(node, table, seed));
                }
            }
        } catch (SyntaxException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void assertKnown(TomlNode node, Table table, long seed) {
        for (TomlNode entry : node.entries().values()) {
            assertNotNull(table.key(entry.name()), "seed " + seed + ": " + entry.path());
            for (TomlNode element : entry.elements()) {
                assertKnown(element, Keys.CONDITION, seed);
            }
        }
    }

    @Test
    void shouldNeverThrowWhenTheFileEndsAnywhere() {
        for (int length = 0; length <= Reports.GOOD.length(); length++) {
            read(Reports.GOOD.substring(0, length), length);
        }
    }

    @Test
    void shouldReportExactlyTheUnknownKeyWhereverItStands() {
        List<String> lines = Reports.GOOD.lines().toList();
        for (int line = 0; line <= lines.size(); line++) {
            if (line > 0 && line < lines.size() && lines.get(line).startsWith("        {")) {
                continue; // in the middle of a list
            }
            List<String> more = new ArrayList<>(lines);
            more.add(line, "frobnicate = 7");
            ConfigReport report = Reports.of(String.join("\n", more));
            assertEquals(1, report.problems().size(), report.problems().toString());
            assertEquals("unknown key", report.problems().get(0).message());
            assertEquals(line + 1, report.problems().get(0).line());
        }
    }
}
