package io.weir.config;

/**
 * What a text in double quotes says, escapes resolved. TOML4J resolves one kind of escape after the other, so that it takes the {@code \\t} of
 * {@code "C:\\temp"} for a backslash and a tabulator.
 */
final class EscapedText {
    private static final String LINES = "\"\"\"";

    private EscapedText() {
    }

    /** Whether a value, as written, is a text TOML4J may misread. */
    static boolean holdsEscapes(String written) {
        return written.startsWith("\"") && written.indexOf('\\') >= 0;
    }

    /** @param written quotes included; {@link ValueScanner} has found no fault in it */
    static String read(String written) {
        boolean lines = written.startsWith(LINES);
        int quote = lines ? LINES.length() : 1;
        int at = quote;
        if (lines) {
            at += written.startsWith("\r\n", at) ? 2 : written.startsWith("\n", at) ? 1 : 0; // the first line's end is no part of the text
        }
        StringBuilder out = new StringBuilder(written.length());
        while (at < written.length() - quote) {
            char c = written.charAt(at++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = written.charAt(at++);
            switch (escape) {
                case 'b' -> out.append('\b');
                case 't' -> out.append('\t');
                case 'n' -> out.append('\n');
                case 'f' -> out.append('\f');
                case 'r' -> out.append('\r');
                case 'u' -> {
                    out.append((char) Integer.parseInt(written, at, at + 4, 16));
                    at += 4;
                }
                case '\n', '\r' -> at = pastBlanks(written, at);
                default -> out.append(escape);
            }
        }
        return out.toString();
    }

    private static int pastBlanks(String written, int from) {
        int at = from;
        while (" \t\r\n".indexOf(written.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
