package io.weir.filter;

/** The six comparisons, in the order of their numbers in compiled objects. */
public enum Comparison {
    EQUAL("="), NOT_EQUAL("!="), LESS("<"), LESS_OR_EQUAL("<="), GREATER(">"), GREATER_OR_EQUAL(">=");

    private static final Comparison[] BY_ID = values();
    private final String text;

    Comparison(String text) {
        this.text = text;
    }

    static Comparison withId(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    /** As WinDivert's formatter writes it. */
    public String text() {
        return text;
    }

    /** What {@code not} turns it into: the opposite operator, which is no complement when the header is absent. */
    Comparison inverted() {
        return switch (this) {
            case EQUAL -> NOT_EQUAL;
            case NOT_EQUAL -> EQUAL;
            case LESS -> GREATER_OR_EQUAL;
            case LESS_OR_EQUAL -> GREATER;
            case GREATER -> LESS_OR_EQUAL;
            case GREATER_OR_EQUAL -> LESS;
        };
    }

    /** Does it hold for {@code order}, the sign of (left compared with right)? */
    boolean holds(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }
}
