package io.weir.filter;

/** One token: {@code number} for NUMBER, {@code field} for FIELD; {@code position} is the byte offset of its first character. */
record Token(TokenKind kind, int position, Number128 number, Field field) {
    static Token of(TokenKind kind, int position) {
        return new Token(kind, position, Number128.ZERO, null);
    }
}
