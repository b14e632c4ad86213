package io.weir.config;

import java.util.ArrayList;
import java.util.List;

/** Reads the structure of a TOML 0.4 text: every key, table and list element with its place; nothing twice, nothing after a value. */
final class TomlScanner extends ValueScanner {

    private final TomlNode root = new TomlNode(TomlNode.Kind.TABLE, "", 0, 0);

    private TomlScanner(String text) {
        super(text);
    }

    /** @throws SyntaxException at the first place that is not TOML */
    static TomlNode scan(String text) throws SyntaxException {
        return new TomlScanner(text).document();
    }

    private TomlNode document() throws SyntaxException {
        TomlNode table = root;
        for (skipBlanksCommentsAndLines(); at < text.length(); skipBlanksCommentsAndLines()) {
            if (peek() == '[') {
                table = header();
            } else {
                entry(table);
            }
            skipBlanks();
            if (!atLineEnd()) {
                throw new SyntaxException(at, "text after the end of the line's " + (text.charAt(at - 1) == ']' ? "brackets" : "value"),
                    "begin a new line, or a comment with #");
            }
        }
        return root;
    }

    private TomlNode header() throws SyntaxException {
        int start = at;
        boolean repeated = text.startsWith("[[", at);
        at += repeated ? 2 : 1;
        List<String> names = new ArrayList<>();
        int lastKeyAt;
        do {
            at += names.isEmpty() ? 0 : 1;
            skipBlanks();
            lastKeyAt = at;
            names.add(bareKey());
            skipBlanks();
        } while (peek() == '.');
        String close = repeated ? "]]" : "]";
        if (!text.startsWith(close, at)) {
            throw new SyntaxException(at, "the table's name does not end here", "write " + (repeated ? "[[name]]" : "[name]"));
        }
        at += close.length();
        TomlNode parent = root;
        for (String name : names.subList(0, names.size() - 1)) {
            parent = step(parent, name, lastKeyAt);
        }
        String name = names.get(names.size() - 1);
        TomlNode node = repeated ? oneMore(parent, name, lastKeyAt) : once(parent, name, lastKeyAt);
        node.headedAt(start);
        node.ends(at);
        return node;
    }

    private static String path(TomlNode parent, String name) {
        return parent.path().isEmpty() ? name : parent.path() + "." + name;
    }

    private static TomlNode step(TomlNode parent, String name, int keyAt) throws SyntaxException {
        TomlNode found = parent.entries().get(name);
        if (found == null) {
            found = new TomlNode(TomlNode.Kind.TABLE, path(parent, name), keyAt, keyAt);
            found.impliedByHeader();
            parent.entries().put(name, found);
        }
        if (!found.fromHeader()) {
            throw alreadyThere(found, keyAt);
        }
        return found.kind() == TomlNode.Kind.ARRAY ? found.elements().get(found.elements().size() - 1) : found;
    }

    private static TomlNode once(TomlNode parent, String name, int keyAt) throws SyntaxException {
        TomlNode found = parent.entries().get(name);
        if (found != null && !found.open()) {
            throw alreadyThere(found, keyAt);
        }
        if (found == null) {
            found = new TomlNode(TomlNode.Kind.TABLE, path(parent, name), keyAt, keyAt);
            parent.entries().put(name, found);
        }
        return found;
    }

    private static TomlNode oneMore(TomlNode parent, String name, int keyAt) throws SyntaxException {
        TomlNode found = parent.entries().get(name);
        if (found == null) {
            found = new TomlNode(TomlNode.Kind.ARRAY, path(parent, name), keyAt, keyAt);
            found.headedAt(keyAt);
            parent.entries().put(name, found);
        }
        if (found.kind() != TomlNode.Kind.ARRAY || !found.fromHeader()) {
            throw alreadyThere(found, keyAt);
        }
        TomlNode element = new TomlNode(TomlNode.Kind.TABLE, found.path() + "[" + (found.elements().size() + 1) + "]", keyAt, keyAt);
        found.elements().add(element);
        return element;
    }

    private static SyntaxException alreadyThere(TomlNode found, int keyAt) {
        boolean repeated = found.kind() == TomlNode.Kind.ARRAY && found.fromHeader();
        String what = repeated ? "as [[" + found.path() + "]]" : found.fromHeader() ? "as [" + found.path() + "]" : "as a value";
        return new SyntaxException(keyAt, "\"" + found.path() + "\" is there already " + what, repeated ? "write [[" + found.path() + "]] each time"
            : "keep one of them");
    }
}
