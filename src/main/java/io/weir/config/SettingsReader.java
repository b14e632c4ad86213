package io.weir.config;

import io.weir.rules.PathStyle;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a configuration file and reports everything wrong with it at once. */
public final class SettingsReader {
    private static final int LARGEST_BYTES = 4 << 20;

    private SettingsReader() {
    }

    /** For this machine. Never throws: a file that cannot be read is a problem too. */
    public static ConfigReport read(Path file) {
        return read(file, File.separatorChar == '\\' ? PathStyle.WINDOWS : PathStyle.UNIX, System.getenv());
    }

    /** @param environment where {@code env:NAME} and the search path are looked up */
    public static ConfigReport read(Path file, PathStyle style, Map<String, String> environment) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                return unreadable(file, "is larger than " + (LARGEST_BYTES >> 20) + " MiB", "make it smaller");
            }
            byte[] bytes = Files.readAllBytes(file);
            return read(file.toString(), decode(bytes), directory, style, environment);
        } catch (NoSuchFileException e) {
            return unreadable(file, "does not exist", "write one; docs/configuration.md begins with the smallest");
        } catch (CharacterCodingException e) {
            return unreadable(file, "is not UTF-8 text", "save it as UTF-8");
        } catch (IOException | SecurityException e) {
            String why = Files.isDirectory(file) ? "it is a folder" : e.getMessage();
            return unreadable(file, "cannot be read (" + why + ")", "check its name and rights");
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text; // Windows editors write a byte order mark
    }

    private static ConfigReport unreadable(Path file, String message, String remedy) {
        Problem problem = new Problem(Problem.Severity.ERROR, file.toString(), 0, 0, "", "", message, remedy);
        return new ConfigReport(null, List.of(problem), List.of(), List.of(), null);
    }

    /** @param name how problems call the file; @param directory where relative paths begin */
    static ConfigReport read(String name, String text, Path directory, PathStyle style, Map<String, String> environment) {
        Source source = new Source(name, text);
        Reading reading = new Reading(source, directory, style, environment);
        try {
            TomlNode root = TomlReader.read(source);
            Map<Table, List<Values>> tables = tables(root, reading);
            SettingsAssembly assembly = new SettingsAssembly(tables, reading);
            Settings settings = assembly.settings();
            List<String> notes = settings == null ? List.of() : assembly.notes(settings);
            String effective = settings == null ? null : new EffectiveText(tables).toString();
            return new ConfigReport(settings, reading.problems(), notes, source.lines(), effective);
        } catch (SyntaxException e) {
            reading.errorAt(e.offset(), e.getMessage(), e.remedy());
            return new ConfigReport(null, reading.problems(), List.of(), source.lines(), null);
        }
    }

    private static Map<Table, List<Values>> tables(TomlNode root, Reading reading) {
        Map<Table, List<Values>> out = new HashMap<>();
        Keys.TABLES.forEach(table -> out.put(table, new ArrayList<>()));
        TomlNode plain = new TomlNode(TomlNode.Kind.TABLE, "", 0, 0);
        for (TomlNode entry : root.entries().values()) {
            Table table = Keys.TABLES.stream().filter(each -> !each.name().isEmpty() && each.name().equals(entry.name())).findFirst().orElse(null);
            if (table != null) {
                out.get(table).addAll(TableShape.read(entry, table, reading));
            } else if (entry.fromHeader()) {
                List<String> known = Keys.TABLES.stream().map(Table::name).filter(each -> !each.isEmpty()).toList();
                reading.errorAtKey(entry, "unknown table", Suggestion.of(entry.name(), known, "known tables: " + String.join(", ", known)));
            } else {
                plain.entries().put(entry.name(), entry);
            }
        }
        out.get(Keys.ROOT).add(TableReader.read(plain, Keys.ROOT, reading));
        for (Table table : Keys.TABLES) {
            if (!table.repeated() && out.get(table).isEmpty()) {
                out.get(table).add(new Values(null));
            }
        }
        return out;
    }
}
