package io.weir.config;

import java.util.List;
import java.util.stream.Collectors;

/** Reads a table by its declaration: unknown keys, missing keys and wrong types are reported, good values kept. */
final class TableReader {

    private TableReader() {
    }

    static Values read(TomlNode node, Table table, Reading reading) {
        Values values = new Values(node);
        for (TomlNode entry : node.entries().values()) {
            Key<?> key = table.key(entry.name());
            if (key != null) {
                put(values, key, entry, reading);
            } else {
                reading.errorAtKey(entry, "unknown key", suggestion(entry.name(), table));
            }
        }
        for (Key<?> key : table.keys()) {
            if (key.required() && !node.entries().containsKey(key.name())) {
                reading.error(node, "has no " + key.name(), "add " + key.name() + " = …: " + key.meaning());
            }
        }
        return values;
    }

    private static <T> void put(Values values, Key<T> key, TomlNode entry, Reading reading) {
        T value = key.kind().reader().read(entry, reading);
        if (value != null) {
            values.put(key, value);
        }
    }

    private static String suggestion(String typed, Table table) {
        List<String> known = table.keys().stream().map(Key::name).toList();
        String elsewhere = Keys.TABLES.stream().filter(other -> other != table && other.key(typed) != null).map(Table::header)
            .collect(Collectors.joining(" or "));
        String otherwise = elsewhere.isEmpty() ? "known here: " + String.join(", ", known) : "it belongs into " + elsewhere;
        return Suggestion.of(typed, known, otherwise);
    }
}
