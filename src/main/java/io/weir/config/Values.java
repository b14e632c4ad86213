package io.weir.config;

import java.util.HashMap;
import java.util.Map;

/** The values of one table; a key that is absent or was reported has its fallback. */
final class Values {
    private final TomlNode table;
    private final Map<Key<?>, Object> values = new HashMap<>();

    /** @param table null when the file has no such table */
    Values(TomlNode table) {
        this.table = table;
    }

    <T> void put(Key<T> key, T value) {
        values.put(key, value);
    }

    @SuppressWarnings("unchecked")
    <T> T get(Key<T> key) {
        Object value = values.get(key);
        return value != null ? (T) value : key.fallback();
    }

    boolean has(Key<?> key) {
        return values.containsKey(key);
    }

    /** Where the key stands in the file; the table where it does not. */
    TomlNode node(Key<?> key) {
        TomlNode node = table.entries().get(key.name());
        return node != null ? node : table;
    }

    TomlNode table() {
        return table;
    }
}
