package io.weir.rules;

/** How a platform writes and compares names of programs, paths and users. */
public enum PathStyle {
    /** Separator {@code /}; case counts. */
    UNIX,
    /** Separators {@code \} and {@code /} are the same; case does not count. */
    WINDOWS;

    boolean isSeparator(char c) {
        return c == '/' || this == WINDOWS && c == '\\';
    }

    boolean same(char one, char other) {
        if (one == other) {
            return true;
        }
        return this == WINDOWS && (isSeparator(one) && isSeparator(other) || fold(one) == fold(other));
    }

    boolean same(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (!same(one.charAt(i), other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    boolean hasSeparator(String text) {
        return text.chars().anyMatch(c -> isSeparator((char) c));
    }

    private static char fold(char c) {
        return Character.toLowerCase(Character.toUpperCase(c));
    }
}
