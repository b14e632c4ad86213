package io.weir.config;

import java.util.Collection;
import java.util.Comparator;

/** Guesses what was meant by a mistyped word. */
final class Suggestion {

    private Suggestion() {
    }

    /** {@code did you mean "port"?}, or {@code otherwise} when nothing is near. */
    static String of(String typed, Collection<String> known, String otherwise) {
        int most = Math.max(1, typed.length() / 3);
        return known.stream().filter(word -> distance(typed, word) <= most).min(Comparator.comparingInt(word -> distance(typed, word)))
            .map(word -> "did you mean \"" + word + "\"?").orElse(otherwise);
    }

    /** Insertions, deletions, exchanges of one character or two neighbours that turn one word into the other, case aside. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(java.util.Locale.ROOT);
        String b = other.toLowerCase(java.util.Locale.ROOT);
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int exchange = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                steps[i][j] = Math.min(exchange, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    steps[i][j] = Math.min(steps[i][j], steps[i - 2][j - 2] + 1);
                }
            }
        }
        return steps[a.length()][b.length()];
    }
}
