package io.weir.rules;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression over whole image paths that cannot run for ever: it reads a bounded number of characters, then counts as no match. */
final class ProcessRegex {
    private static final int STEPS = 100_000; // about a millisecond
    private final Pattern pattern;

    /** @throws IllegalArgumentException when the text is no regular expression, or one that backtracks without limit */
    ProcessRegex(String regex, PathStyle style) {
        try {
            pattern = Pattern.compile(regex, style == PathStyle.WINDOWS ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the regular expression is wrong: " + e.getDescription().toLowerCase(java.util.Locale.ROOT)
                + (e.getIndex() >= 0 ? " near character " + (e.getIndex() + 1) : ""), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the regular expression is nested too deeply", e);
        }
        regex.chars().filter(Character::isLetterOrDigit).distinct().limit(20).forEach(c -> probe(String.valueOf((char) c).repeat(40) + "\n"));
        probe("/a".repeat(20) + "\n");
    }

    private void probe(String text) {
        try {
            pattern.matcher(new Metered(text)).matches();
        } catch (OutOfSteps | StackOverflowError e) {
            throw new IllegalArgumentException("the regular expression repeats repetitions so that one path takes for ever", e);
        }
    }

    boolean matches(String path) {
        try {
            return pattern.matcher(new Metered(path)).matches();
        } catch (OutOfSteps | StackOverflowError e) {
            return false;
        }
    }

    private static final class OutOfSteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfSteps() {
            super("too many steps", null, false, false);
        }
    }

    private static final class Metered implements CharSequence {
        private final String text;
        private int stepsLeft = STEPS;

        Metered(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--stepsLeft < 0) {
                throw new OutOfSteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
