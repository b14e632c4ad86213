package io.weir.filter;

/**
 * One token: {@code number} for NUMBER, {@code field} for FIELD.
 *
 * @param position byte offset WinDivert reports for it
 * @param from     byte offset of its first character
 * @param to       byte offset just past its last
 */
record Token(TokenKind kind, int position, int from, int to, Number128 number, Field field) {
}
