package io.weir.config;

import java.util.ArrayList;
import java.util.List;

/** Reads a top-level entry that should be a table, or a list of tables where it is a repeated one. */
final class TableShape {

    private TableShape() {
    }

    static List<Values> read(TomlNode entry, Table table, Reading reading) {
        List<Values> out = new ArrayList<>();
        if (!table.repeated() && entry.kind() == TomlNode.Kind.TABLE) {
            out.add(TableReader.read(entry, table, reading));
        } else if (table.repeated() && entry.kind() == TomlNode.Kind.ARRAY && allTables(entry)) {
            entry.elements().forEach(element -> out.add(TableReader.read(element, table, reading)));
        } else {
            reading.errorAtKey(entry, wrongShape(entry, table), "write " + table.header());
        }
        return out;
    }

    private static boolean allTables(TomlNode entry) {
        return entry.elements().stream().allMatch(element -> element.kind() == TomlNode.Kind.TABLE);
    }

    private static String wrongShape(TomlNode entry, Table table) {
        if (entry.kind() == TomlNode.Kind.TABLE) {
            return "there may be several of this table, so its brackets are doubled";
        }
        return entry.fromHeader() ? "there is only one of this table" : "is " + entry.kind().words() + " instead of a table";
    }
}
