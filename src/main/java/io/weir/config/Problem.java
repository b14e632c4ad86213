package io.weir.config;

/**
 * One thing wrong with a configuration file.
 *
 * @param line   from 1; 0 when the whole file is meant
 * @param column from 1, counted in characters
 * @param key    {@code rule[2].port}, counted from 1; empty when the whole file is meant
 * @param value  as written, or {@code …} for a secret; empty when there is none
 */
public record Problem(Severity severity, String file, int line, int column, String key, String value, String message, String remedy) {

    /** Whether it keeps Weir from starting. */
    public enum Severity {
        ERROR, WARNING;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** {@code file:line:column: key = value: what is wrong; what to do}. */
    public String text() {
        StringBuilder out = new StringBuilder(file);
        if (line > 0) {
            out.append(':').append(line).append(':').append(column);
        }
        out.append(": ");
        if (!key.isEmpty()) {
            out.append(key).append(value.isEmpty() ? "" : " = " + value).append(": ");
        }
        return out.append(message).append("; ").append(remedy).toString();
    }

    @Override
    public String toString() {
        return severity.label() + ": " + text();
    }
}
