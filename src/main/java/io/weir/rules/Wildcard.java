package io.weir.rules;

/**
 * A pattern of {@code ?} (one character, no separator), {@code *} (any run without a separator), {@code **} (any run) and
 * {@code **}{@code /} (any number of whole directories, none included). The match takes pattern × text steps at worst: all states are carried along
 * instead of being tried one after the other.
 */
final class Wildcard {
    private static final char ONE = '\ue000';
    private static final char RUN = '\ue001';
    private static final char DEEP_RUN = '\ue002';
    private static final char DIRECTORIES = '\ue003';

    private final String tokens;
    private final PathStyle style;
    private final int literalPrefix;

    Wildcard(String pattern, PathStyle style) {
        this.style = style;
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '?') {
                out.append(ONE);
            } else if (c != '*') {
                out.append(c);
            } else if (i + 1 == pattern.length() || pattern.charAt(i + 1) != '*') {
                out.append(RUN);
            } else {
                boolean wholeName = i == 0 || style.isSeparator(pattern.charAt(i - 1));
                i++;
                boolean directories = wholeName && i + 1 < pattern.length() && style.isSeparator(pattern.charAt(i + 1));
                i += directories ? 1 : 0;
                out.append(directories ? DIRECTORIES : DEEP_RUN);
            }
        }
        tokens = out.toString();
        int literal = 0;
        while (literal < tokens.length() && (tokens.charAt(literal) < ONE || tokens.charAt(literal) > DIRECTORIES)) {
            literal++;
        }
        literalPrefix = literal;
    }

    static boolean isIn(String pattern) {
        return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    }

    /** Whether the whole text matches. */
    boolean matches(String text) {
        for (int i = 0; i < literalPrefix; i++) { // settles most pairs without the machinery below
            if (i >= text.length() || !style.same(tokens.charAt(i), text.charAt(i))) {
                return false;
            }
        }
        // reached[t]: the first t tokens match the text read so far; entered[t]: they matched some shorter part of it
        boolean[] reached = new boolean[tokens.length() + 1];
        boolean[] entered = new boolean[tokens.length() + 1];
        reached[0] = true;
        skipEmpty(reached);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            for (int t = tokens.length(); t >= 0; t--) {
                entered[t] |= reached[t];
                boolean stays = t < tokens.length() && reached[t] && repeats(tokens.charAt(t), c);
                reached[t] = stays || t > 0 && steps(t - 1, c, reached, entered);
            }
            skipEmpty(reached);
        }
        return reached[tokens.length()];
    }

    private boolean repeats(char token, char c) {
        return token == DEEP_RUN || token == RUN && !style.isSeparator(c);
    }

    private boolean steps(int t, char c, boolean[] reached, boolean[] entered) {
        char token = tokens.charAt(t);
        return switch (token) {
            case RUN, DEEP_RUN -> false;
            case ONE -> reached[t] && !style.isSeparator(c);
            case DIRECTORIES -> (entered[t] || reached[t]) && style.isSeparator(c);
            default -> reached[t] && style.same(token, c);
        };
    }

    private void skipEmpty(boolean[] reached) {
        for (int t = 0; t < tokens.length(); t++) {
            char token = tokens.charAt(t);
            reached[t + 1] |= reached[t] && (token == RUN || token == DEEP_RUN || token == DIRECTORIES);
        }
    }
}
