package io.weir.filter;

/** A parsed filter. A null operand of {@link Choice} marks the condition WinDivert loses (and crashes on). */
sealed interface Expression {

    /** Both hold. */
    record And(Expression left, Expression right) implements Expression {
    }

    /** One holds. */
    record Or(Expression left, Expression right) implements Expression {
    }

    /** {@code (condition? yes: no)}; {@code at} is the offset of the question mark. */
    record Choice(Expression condition, Expression yes, Expression no, int at) implements Expression {
    }

    /**
     * One comparison.
     *
     * @param subject  what is compared
     * @param byteIndex offset for array fields, negative from the end; 0 otherwise
     * @param from     byte offset in the text where the test begins
     * @param to       offset just past it
     */
    record Test(Subject subject, int byteIndex, Comparison comparison, boolean negative, Number128 value, int from, int to) implements Expression {
    }

    /** A field, or one of the two constants. */
    record Subject(Field field, boolean truth) {
        static final Subject TRUE = new Subject(null, true);
        static final Subject FALSE = new Subject(null, false);

        boolean constant() {
            return field == null;
        }
    }
}
