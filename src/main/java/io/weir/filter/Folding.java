package io.weir.filter;

import io.weir.filter.Expression.Subject;
import io.weir.filter.Expression.Test;

/**
 * Compares a test with the static range of its field, as WinDivert 2.2.2 does before it emits one (windivert.md §5.8): what always holds becomes
 * "header present" or true; what never holds becomes "header absent" (the bug) or false.
 */
final class Folding {

    private Folding() {
    }

    static Test fold(Test test) {
        Boolean result = constantResult(test);
        if (result == null) {
            return test;
        }
        Field header = test.subject().constant() ? null : test.subject().field().header();
        Subject subject = header == null ? Subject.TRUE : new Subject(header, false);
        return new Test(subject, 0, Comparison.EQUAL, false, result ? Number128.ONE : Number128.ZERO, test.from(), test.to());
    }

    /** What the test gives for every value its field can have; null when that depends on the value. */
    static Boolean constantResult(Test test) {
        boolean exact = test.subject().constant() || test.subject().field() == Field.ZERO;
        Field.Range range = rangeOf(test.subject());
        if (range == null) {
            return null;
        }
        int againstLowest = Number128.compare(test.negative(), test.value(), range.lowestNegative(), range.lowest());
        int againstHighest = Number128.compare(test.negative(), test.value(), false, range.highest());
        return switch (test.comparison()) {
            case EQUAL -> againstLowest < 0 || againstHighest > 0 ? Boolean.FALSE : exact && againstLowest == 0 ? Boolean.TRUE : null;
            case NOT_EQUAL -> againstLowest < 0 || againstHighest > 0 ? Boolean.TRUE : exact && againstLowest == 0 ? Boolean.FALSE : null;
            case LESS -> againstHighest > 0 ? Boolean.TRUE : againstLowest <= 0 ? Boolean.FALSE : null;
            case LESS_OR_EQUAL -> againstHighest >= 0 ? Boolean.TRUE : againstLowest < 0 ? Boolean.FALSE : null;
            case GREATER -> againstHighest >= 0 ? Boolean.FALSE : againstLowest < 0 ? Boolean.TRUE : null;
            case GREATER_OR_EQUAL -> againstHighest > 0 ? Boolean.FALSE : againstLowest <= 0 ? Boolean.TRUE : null;
        };
    }

    private static Field.Range rangeOf(Subject subject) {
        if (!subject.constant()) {
            return subject.field().range();
        }
        Number128 value = subject.truth() ? Number128.ONE : Number128.ZERO;
        return new Field.Range(false, value, value);
    }
}
