package io.weir.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a TOML file: where it stands and, once {@link TomlReader} has filled it in, what it is. */
final class TomlNode {
    /** What may stand behind an equals sign; dates are no value any key takes. */
    enum Kind {
        TEXT("text"), WHOLE("a whole number"), REAL("a number with a fraction"), TRUTH("true or false"), ARRAY("a list"), TABLE("a table");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final Kind kind;
    private final String path;
    private final int keyAt;
    private final Map<String, TomlNode> entries = new LinkedHashMap<>();
    private final List<TomlNode> elements = new ArrayList<>();
    private int from;
    private int to;
    private boolean fromHeader;
    private boolean open;
    private Object value;

    /** @param keyAt offset of the key, or of the value where it has none */
    TomlNode(Kind kind, String path, int keyAt, int from) {
        this.kind = kind;
        this.path = path;
        this.keyAt = keyAt;
        this.from = from;
        to = from;
    }

    Kind kind() {
        return kind;
    }

    /** {@code rule[2].port}, counted from 1. */
    String path() {
        return path;
    }

    /** {@code port}. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    int keyAt() {
        return keyAt;
    }

    /** Offset of the value's first character. */
    int from() {
        return from;
    }

    /** Offset behind the value's last character. */
    int to() {
        return to;
    }

    /** Children of a table, in file order. */
    Map<String, TomlNode> entries() {
        return entries;
    }

    /** Children of an array. */
    List<TomlNode> elements() {
        return elements;
    }

    /** Whether it was written as a {@code [table]} or {@code [[table]]} rather than as a value. */
    boolean fromHeader() {
        return fromHeader;
    }

    /** A table that only exists because one below it has a header, so that its own may still come. */
    boolean open() {
        return open;
    }

    void ends(int offset) {
        to = offset;
    }

    void headedAt(int offset) {
        from = offset;
        fromHeader = true;
        open = false;
    }

    void impliedByHeader() {
        fromHeader = true;
        open = true;
    }

    void value(Object decoded) {
        value = decoded;
    }

    /** {@link Kind#TEXT} only. */
    String text() {
        return (String) value;
    }

    /** {@link Kind#WHOLE} only. */
    long whole() {
        return (Long) value;
    }

    /** {@link Kind#TRUTH} only. */
    boolean truth() {
        return (Boolean) value;
    }
}
