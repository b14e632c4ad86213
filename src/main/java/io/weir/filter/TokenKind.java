package io.weir.filter;

/** Kinds of tokens. */
enum TokenKind {
    OPEN, CLOSE, SQUARE_OPEN, SQUARE_CLOSE, MINUS, NOT, AND, OR, QUESTION, COLON,
    EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL,
    NUMBER, BYTES, FIELD, TRUE, FALSE,
    /** A name that is a macro elsewhere but nothing here (an event of another layer): always unexpected. */
    OTHER,
    END;

    /** The comparison this token writes, or null. */
    Comparison comparison() {
        return switch (this) {
            case EQUAL -> Comparison.EQUAL;
            case NOT_EQUAL -> Comparison.NOT_EQUAL;
            case LESS -> Comparison.LESS;
            case LESS_OR_EQUAL -> Comparison.LESS_OR_EQUAL;
            case GREATER -> Comparison.GREATER;
            case GREATER_OR_EQUAL -> Comparison.GREATER_OR_EQUAL;
            default -> null;
        };
    }
}
