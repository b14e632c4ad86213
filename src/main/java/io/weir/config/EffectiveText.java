package io.weir.config;

import java.util.List;
import java.util.Map;

/** The whole configuration as TOML: what the file says and the default of every key it does not name. Secrets are shown as {@code …}. */
final class EffectiveText {
    private final Map<Table, List<Values>> tables;

    EffectiveText(Map<Table, List<Values>> tables) {
        this.tables = tables;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (Table table : Keys.TABLES) {
            for (Values values : tables.get(table)) {
                out.append(out.isEmpty() ? "" : "\n").append(table.name().isEmpty() ? "" : table.header() + "\n");
                table.keys().forEach(key -> append(out, key, values));
            }
        }
        return out.toString();
    }

    private static <T> void append(StringBuilder out, Key<T> key, Values values) {
        T value = values.get(key);
        if (value != null && (values.has(key) || key != Keys.ON_FAILURE || values.get(Keys.ACTION).relayed())) {
            out.append(key.name()).append(" = ").append(key.kind().printer().apply(value)).append(values.has(key) ? "\n" : "  # default\n");
        }
    }
}
