package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.rules.Explanation;
import io.weir.rules.PathStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/configuration.md and docs/rules.md say what {@link Keys} says, and their examples are good. */
class PagesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);

    @Test
    void shouldDescribeEveryKeyAsItIsDeclared() throws IOException {
        String page = Files.readString(Path.of("docs/configuration.md"));
        StringBuilder wanted = new StringBuilder();
        boolean good = true;
        for (Table table : Keys.TABLES) {
            String section = section(table);
            wanted.append(section).append('\n');
            good &= page.contains(section);
        }
        assertTrue(good, "docs/configuration.md must contain, word for word:\n\n" + wanted);
    }

    private static String section(Table table) {
        StringBuilder out = new StringBuilder("## " + (table == Keys.ROOT ? "Before the first table" : "`" + table.header() + "`") + "\n\n"
            + "| key | value | default | meaning |\n|---|---|---|---|\n");
        for (Key<?> key : table.keys()) {
            String value = key.kind().type() + (key.kind().range().isEmpty() ? "" : ": " + key.kind().range());
            String fallback = key.required() || key.fallback() == null ? key.fallbackText() : "`" + key.fallbackText() + "`";
            out.append("| `").append(key.name()).append("` | ").append(value).append(" | ").append(fallback).append(" | ").append(key.meaning())
                .append(" |\n");
        }
        return out.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/configuration.md", "docs/rules.md"})
    void shouldLoadEveryExampleWithoutProblems(String name) throws IOException {
        String page = Files.readString(Path.of(name));
        List<String> examples = new ArrayList<>();
        for (Matcher example = EXAMPLE.matcher(page); example.find();) {
            examples.add(example.group(1));
        }
        assertFalse(examples.isEmpty(), name);
        for (String example : examples) {
            boolean windows = example.contains(".exe");
            ConfigReport report = Reports.of(example, windows ? PathStyle.WINDOWS : PathStyle.UNIX);
            assertEquals(List.of(), report.problems(), example);
        }
    }

    @Test
    void shouldShowWhatExplainReallySays() throws IOException {
        String page = Files.readString(Path.of("docs/rules.md"));
        Matcher example = EXAMPLE.matcher(page);
        assertTrue(example.find());
        Owner curl = new Owner(1, 0, "/usr/bin/curl", "curl", "");
        Explanation explanation = Reports.of(example.group(1)).settings().rules().explain(Protocol.TCP, Endpoint.parse("203.0.113.5:443"), curl);
        assertTrue(page.contains(String.join("\n", explanation.text())), String.join("\n", explanation.text()));
    }

    @Test
    void shouldExplainEveryConditionAndActionOfRules() throws IOException {
        String page = Files.readString(Path.of("docs/rules.md"));
        for (Key<?> key : Keys.RULE.keys()) {
            assertTrue(page.contains("`" + key.name() + "`"), key.name());
        }
        for (String action : List.of("pass", "direct", "proxy:NAME", "block", "drop")) {
            assertTrue(page.contains("| `" + action + "` |"), action);
        }
    }
}
