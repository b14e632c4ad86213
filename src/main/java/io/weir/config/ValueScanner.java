package io.weir.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds where the values of a TOML 0.4 text begin and end, and refuses what TOML4J would let pass: missing or doubled commas, empty values,
 * leading zeros, numbers beyond 64 bits, the {@code \U} escape (which it drops), line breaks within inline tables.
 */
class ValueScanner {
    private static final int DEEPEST = 20;
    private static final Pattern WHOLE = Pattern.compile("[+-]?(?:0|[1-9](?:_?[0-9])*)");
    private static final Pattern REAL = Pattern.compile("[+-]?(?:0|[1-9](?:_?[0-9])*)(?:\\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9]+)?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}.*");

    protected final String text;
    protected int at;
    private int depth;

    ValueScanner(String text) {
        this.text = text;
    }

    /** The next character, or 0 at the end. */
    protected final char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    protected final void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    protected final void skipBlanksCommentsAndLines() throws SyntaxException {
        for (skipBlanks(); atLineEnd() && at < text.length(); skipBlanks()) {
            skipToNextLine();
        }
    }

    protected final boolean atLineEnd() {
        return at >= text.length() || peek() == '#' || peek() == '\n' || text.startsWith("\r\n", at);
    }

    protected final void skipToNextLine() throws SyntaxException {
        while (at < text.length() && peek() != '\n') {
            boolean control = peek() < ' ' && peek() != '\t' && !text.startsWith("\r\n", at);
            if (control) {
                throw new SyntaxException(at, "a control character", "remove it");
            }
            at++;
        }
        at = Math.min(at + 1, text.length());
    }

    protected final String bareKey() throws SyntaxException {
        int start = at;
        while (isBare(peek())) {
            at++;
        }
        if (at > start) {
            return text.substring(start, at);
        }
        if (peek() == '"' || peek() == '\'') {
            throw new SyntaxException(at, "a key in quotes", "write keys without quotes");
        }
        throw new SyntaxException(at, at >= text.length() ? "the file ends where a key should stand" : "no key begins with this",
            "a key has letters, digits, - and _ only; a comment begins with #");
    }

    private static boolean isBare(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    protected final TomlNode value(String path, int keyAt) throws SyntaxException {
        if (++depth > DEEPEST) {
            throw new SyntaxException(at, "values nested more than " + DEEPEST + " deep", "write it flatter");
        }
        int start = at;
        TomlNode node;
        switch (peek()) {
            case '"', '\'' -> {
                string();
                node = new TomlNode(TomlNode.Kind.TEXT, path, keyAt, start);
            }
            case '[' -> node = array(path, keyAt);
            case '{' -> node = inlineTable(path, keyAt);
            default -> node = new TomlNode(word(), path, keyAt, start);
        }
        node.ends(at);
        depth--;
        return node;
    }

    private TomlNode.Kind word() throws SyntaxException {
        int start = at;
        while (at < text.length() && " \t\r\n,]}#".indexOf(peek()) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw new SyntaxException(start, "a value is missing", "write one, or remove the key");
        }
        if (word.equals("true") || word.equals("false")) {
            return TomlNode.Kind.TRUTH;
        }
        if (WHOLE.matcher(word).matches()) {
            try {
                Long.parseLong(word.replace("_", ""));
            } catch (NumberFormatException e) {
                throw new SyntaxException(start, "the number is too large", "write a smaller one");
            }
            return TomlNode.Kind.WHOLE;
        }
        if (REAL.matcher(word).matches()) {
            return TomlNode.Kind.REAL;
        }
        if (DATE.matcher(word).matches()) {
            throw new SyntaxException(start, "a date", "no key takes a date; text stands in quotes");
        }
        boolean zeros = word.matches("[+-]?0[0-9]+");
        throw zeros ? new SyntaxException(start, "a number with leading zeros", "write it without")
            : new SyntaxException(start, "this is no value", "text stands in quotes");
    }

    private TomlNode array(String path, int keyAt) throws SyntaxException {
        TomlNode node = new TomlNode(TomlNode.Kind.ARRAY, path, keyAt, at++);
        skipBlanksCommentsAndLines();
        while (peek() != ']') {
            TomlNode element = value(path + "[" + (node.elements().size() + 1) + "]", at);
            if (!node.elements().isEmpty() && node.elements().get(0).kind() != element.kind()) {
                throw new SyntaxException(element.from(), "a list of different kinds of values", "write all of them alike, as in [\"80\", \"443\"]");
            }
            node.elements().add(element);
            skipBlanksCommentsAndLines();
            if (peek() == ',') {
                at++;
                skipBlanksCommentsAndLines();
            } else if (peek() != ']') {
                throw at >= text.length() ? new SyntaxException(node.from(), "the list has no end", "close it with ]")
                    : new SyntaxException(at, "a comma is missing before this", "part the items of a list by commas and end it with ]");
            }
        }
        at++;
        return node;
    }

    private TomlNode inlineTable(String path, int keyAt) throws SyntaxException {
        TomlNode node = new TomlNode(TomlNode.Kind.TABLE, path, keyAt, at++);
        skipBlanks();
        while (peek() != '}') {
            if (atLineEnd()) {
                throw new SyntaxException(node.from(), "the table in braces has no end on its line", "close it with } on the same line");
            }
            entry(node);
            skipBlanks();
            if (peek() == ',') {
                at++;
                skipBlanks();
                if (peek() == '}') {
                    throw new SyntaxException(at, "a comma before }", "remove the comma");
                }
            } else if (peek() != '}' && !atLineEnd()) {
                throw new SyntaxException(at, "a comma is missing before this", "part the entries of a table in braces by commas");
            }
        }
        at++;
        return node;
    }

    /** {@code key = value}, added to the table. */
    protected final void entry(TomlNode table) throws SyntaxException {
        int keyAt = at;
        String key = bareKey();
        if (peek() == '.') {
            throw new SyntaxException(keyAt, "a key with a dot", "write a [table] header instead");
        }
        skipBlanks();
        if (peek() != '=') {
            throw new SyntaxException(at, "no = after the key \"" + key + '"', "write key = value");
        }
        at++;
        skipBlanks();
        if (atLineEnd()) {
            throw new SyntaxException(keyAt, "the key \"" + key + "\" has no value", "write one, or remove the key");
        }
        String path = table.path().isEmpty() ? key : table.path() + "." + key;
        TomlNode earlier = table.entries().get(key);
        if (earlier != null) {
            throw new SyntaxException(keyAt, "the key \"" + path + "\" is there already", "keep one of them");
        }
        table.entries().put(key, value(path, keyAt));
    }

    private void string() throws SyntaxException {
        int start = at;
        String quote = text.startsWith("\"\"\"", at) || text.startsWith("'''", at) ? text.substring(at, at + 3) : text.substring(at, at + 1);
        boolean lines = quote.length() == 3;
        boolean escapes = quote.charAt(0) == '"';
        for (at += quote.length(); !text.startsWith(quote, at); at++) {
            boolean newline = peek() == '\n' || text.startsWith("\r\n", at);
            if (at >= text.length() || newline && !lines) {
                throw new SyntaxException(start, "the text has no end", "close it with " + quote);
            }
            if (escapes && peek() == '\\') {
                escape(lines);
            } else if (peek() < ' ' && peek() != '\t' && !newline && peek() != '\n') {
                throw new SyntaxException(at, "a control character", "remove it");
            }
        }
        at += quote.length();
    }

    private void escape(boolean lines) throws SyntaxException {
        char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
        if (c == 'u') {
            Matcher digits = Pattern.compile("[0-9a-fA-F]{4}").matcher(text).region(at + 2, text.length());
            if (!digits.lookingAt()) {
                throw new SyntaxException(at, "\\u needs four hexadecimal digits", "write \\u0041, or the character itself");
            }
        } else if (c == 'U') {
            throw new SyntaxException(at, "the escape \\U", "write the character itself");
        } else if ("btnfr\"\\".indexOf(c) < 0 && !(lines && (c == '\n' || c == '\r'))) {
            throw new SyntaxException(at, "a backslash that begins no escape", "write it twice, or put the text in 'single quotes'");
        }
        at++;
    }
}
