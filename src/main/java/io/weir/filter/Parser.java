package io.weir.filter;

import io.weir.filter.Expression.Subject;
import java.util.List;

/**
 * Builds the expression of a token list with WinDivert 2.2.2's grammar, error codes and error positions (windivert.md §5.1, §5.10).
 * A failing sub-expression is null and the last recorded error counts, because that is how the positions come about.
 */
final class Parser {
    private static final int MAX_DEPTH = 1024;
    private static final int MAX_INDEX = 65575;

    private final List<Token> tokens;
    private int at;
    private FilterException error;
    private int lostConditionAt = -1;

    Parser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** @throws FilterException with WinDivert's code and position; for the inputs that crash the DLL a parse error at the question mark */
    Expression parse() throws FilterException {
        Expression expression = filter(MAX_DEPTH, false);
        if (expression == null) {
            throw error;
        }
        if (kind() != TokenKind.END) {
            fail(ErrorCode.PARSE_ERROR, "\"and\", \"or\" or the end");
            throw error;
        }
        if (lostConditionAt >= 0) {
            throw new FilterException(ErrorCode.PARSE_ERROR, lostConditionAt, lostConditionAt, lostConditionAt + 1,
                    "a whole condition before \"?\" (WinDivert.dll crashes on this)");
        }
        return expression;
    }

    private Token token() {
        return tokens.get(at);
    }

    private TokenKind kind() {
        return token().kind();
    }

    private Expression fail(ErrorCode code, String expected) {
        Token token = token();
        error = new FilterException(code, token.position(), token.from(), token.to(), expected);
        return null;
    }

    private Expression filter(int depth, boolean onlyAnd) {
        if (depth < 0) {
            return fail(ErrorCode.TOO_DEEP, "fewer nested parentheses");
        }
        Expression left = onlyAnd ? operand(depth - 1) : filter(depth - 1, true);
        while (left != null) {
            if (kind() == TokenKind.AND) {
                at++;
                Expression right = operand(depth - 1);
                left = right == null ? null : new Expression.And(left, right);
            } else if (kind() == TokenKind.OR) {
                at++;
                Expression right = filter(depth - 1, true);
                left = right == null ? null : new Expression.Or(left, right);
            } else {
                return left;
            }
        }
        return null;
    }

    private Expression operand(int depth) {
        if (depth < 0) {
            return fail(ErrorCode.TOO_DEEP, "fewer nested parentheses");
        }
        if (kind() != TokenKind.OPEN) {
            return test();
        }
        at++;
        Expression inner = filter(depth - 1, false);
        if (kind() == TokenKind.CLOSE) {
            at++;
            return inner;
        }
        if (kind() == TokenKind.QUESTION) {
            return choice(inner, depth - 1);
        }
        String whatFailedInside = error != null && inner == null ? error.expected() : "\"and\", \"or\", \"?\" or \")\"";
        return fail(ErrorCode.PARSE_ERROR, whatFailedInside);
    }

    private Expression choice(Expression condition, int depth) {
        int questionAt = token().position();
        at++;
        Expression yes = filter(depth, false);
        if (yes == null) {
            return null;
        }
        if (kind() != TokenKind.COLON) {
            return fail(ErrorCode.PARSE_ERROR, "\":\" (with a space before or after it)");
        }
        at++;
        Expression no = filter(depth, false);
        if (no == null) {
            return null;
        }
        if (kind() != TokenKind.CLOSE) {
            return fail(ErrorCode.PARSE_ERROR, "\")\"");
        }
        at++;
        if (condition == null && lostConditionAt < 0) {
            lostConditionAt = questionAt;
        }
        return new Expression.Choice(condition, yes, no, questionAt);
    }

    private Expression test() {
        int from = token().from();
        boolean inverted = false;
        while (kind() == TokenKind.NOT) {
            inverted = !inverted;
            at++;
        }
        Subject subject;
        int byteIndex = 0;
        switch (kind()) {
            case TRUE -> subject = Subject.TRUE;
            case FALSE -> subject = Subject.FALSE;
            case FIELD -> subject = new Subject(token().field(), false);
            default -> {
                return fail(ErrorCode.PARSE_ERROR, from == token().from() ? "a field, \"not\" or \"(\"" : "a field");
            }
        }
        at++;
        if (!subject.constant() && subject.field().elementBytes() > 0) {
            Integer index = index(subject.field().elementBytes());
            if (index == null) {
                return null;
            }
            byteIndex = index;
        }
        Comparison comparison = kind().comparison();
        if (comparison == null) {
            Comparison implied = inverted ? Comparison.EQUAL : Comparison.NOT_EQUAL;
            return new Expression.Test(subject, byteIndex, implied, false, Number128.ZERO, from, tokens.get(at - 1).to());
        }
        at++;
        boolean negative = kind() == TokenKind.MINUS;
        if (negative) {
            at++;
        }
        if (kind() != TokenKind.NUMBER) {
            return fail(ErrorCode.PARSE_ERROR, "a number or an address");
        }
        Number128 value = token().number();
        at++;
        return new Expression.Test(subject, byteIndex, inverted ? comparison.inverted() : comparison, negative, value, from, tokens.get(at - 1).to());
    }

    /** The byte offset in square brackets; null after an error. */
    private Integer index(int elementBytes) {
        if (kind() != TokenKind.SQUARE_OPEN) {
            fail(ErrorCode.PARSE_ERROR, "\"[\" and an index");
            return null;
        }
        at++;
        boolean fromEnd = kind() == TokenKind.MINUS;
        if (fromEnd) {
            at++;
        }
        if (kind() != TokenKind.NUMBER) {
            fail(ErrorCode.PARSE_ERROR, "an index");
            return null;
        }
        Number128 literal = token().number();
        if (!literal.fits32() || literal.low() > MAX_INDEX) {
            fail(ErrorCode.INDEX_OUT_OF_BOUNDS, "an index up to " + MAX_INDEX);
            return null;
        }
        int bytes = (int) literal.low();
        at++;
        if (kind() == TokenKind.BYTES) {
            at++;
        } else {
            bytes *= elementBytes;
        }
        if (fromEnd ? bytes > 0xffff || bytes < elementBytes : bytes > 0xffff - elementBytes) {
            fail(ErrorCode.INDEX_OUT_OF_BOUNDS, "an element inside the first, or last, 65535 bytes");
            return null;
        }
        if (kind() != TokenKind.SQUARE_CLOSE) {
            fail(ErrorCode.PARSE_ERROR, "\"]\"");
            return null;
        }
        at++;
        return fromEnd ? -bytes : bytes;
    }
}
