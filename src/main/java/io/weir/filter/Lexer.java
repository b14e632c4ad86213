package io.weir.filter;

import java.util.ArrayList;
import java.util.List;

/** Cuts a filter into tokens exactly as WinDivert 2.2.2 does (windivert.md §5.2), its oddities included. */
final class Lexer {
    /** Tokens an expression may have, the end among them. */
    static final int MAX_TOKENS = 1278;
    private static final int MAX_WORD = 40;

    private final byte[] text;
    private final Layer layer;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(byte[] text, Layer layer) {
        this.text = text;
        this.layer = layer;
    }

    /** @param text bytes of the filter; a NUL ends it, as in C */
    static List<Token> tokens(byte[] text, Layer layer) throws FilterException {
        Lexer lexer = new Lexer(text, layer);
        lexer.run();
        return lexer.tokens;
    }

    private void run() throws FilterException {
        while (true) {
            if (tokens.size() >= MAX_TOKENS) {
                throw new FilterException(ErrorCode.TOO_LONG, at, at, at, "at most " + (MAX_TOKENS - 1) + " words and signs");
            }
            while (isSpace(peek())) {
                at++;
            }
            int start = at;
            char c = peek();
            at++;
            if (c == '\0') {
                add(TokenKind.END, start);
                return;
            }
            if (!symbol(c, start)) {
                if (!isWordPart(c)) {
                    throw new FilterException(ErrorCode.BAD_TOKEN, at, start, at, "a field, a number, an operator or a parenthesis");
                }
                word(start);
            }
        }
    }

    private char peek() {
        return at < text.length ? (char) (text[at] & 0xff) : '\0';
    }

    private boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void add(TokenKind kind, int start) {
        tokens.add(new Token(kind, start, start, Math.min(at, text.length), Number128.ZERO, null));
    }

    private void addNumber(Number128 value, int start) {
        tokens.add(new Token(TokenKind.NUMBER, start, start, at, value, null));
    }

    private boolean symbol(char c, int start) throws FilterException {
        switch (c) {
            case '(' -> add(TokenKind.OPEN, start);
            case ')' -> add(TokenKind.CLOSE, start);
            case '[' -> add(TokenKind.SQUARE_OPEN, start);
            case ']' -> add(TokenKind.SQUARE_CLOSE, start);
            case '-' -> add(TokenKind.MINUS, start);
            case '?' -> add(TokenKind.QUESTION, start);
            case '!' -> add(take('=') ? TokenKind.NOT_EQUAL : TokenKind.NOT, start);
            case '<' -> add(take('=') ? TokenKind.LESS_OR_EQUAL : TokenKind.LESS, start);
            case '>' -> add(take('=') ? TokenKind.GREATER_OR_EQUAL : TokenKind.GREATER, start);
            case '=' -> {
                take('=');
                add(TokenKind.EQUAL, start);
            }
            case '&', '|' -> {
                if (!take(c)) {
                    throw new FilterException(ErrorCode.BAD_TOKEN, at, start, at, "\"" + c + c + "\"");
                }
                add(c == '&' ? TokenKind.AND : TokenKind.OR, start);
            }
            case ':' -> {
                if (peek() == ':') {
                    return false; // the beginning of an IPv6 address
                }
                add(TokenKind.COLON, start);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void word(int start) throws FilterException {
        while (at - start < MAX_WORD && isWordPart(peek())) {
            at++;
        }
        int length = at - start;
        if (length >= MAX_WORD) {
            throw new FilterException(ErrorCode.BAD_TOKEN, start, start, at, "a word shorter than " + MAX_WORD + " characters");
        }
        int wrongAt = start;
        if (text[at - 1] == ':' && (length == 1 || text[at - 2] != ':')) {
            at--; // a ternary's colon; errors in such a word are reported one too early
            length--;
            wrongAt--;
        }
        String word = new String(text, start, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        if (name(word, start, wrongAt)) {
            return;
        }
        if (word.equals("b")) {
            return; // a lone b is lost
        }
        if (!number(word, start)) {
            throw new FilterException(ErrorCode.BAD_TOKEN, wrongAt, start, at, "a field, a number or an address");
        }
    }

    private boolean name(String word, int start, int wrongAt) throws FilterException {
        switch (word) {
            case "and" -> add(TokenKind.AND, start);
            case "or" -> add(TokenKind.OR, start);
            case "not" -> add(TokenKind.NOT, start);
            case "true" -> add(TokenKind.TRUE, start);
            case "false" -> add(TokenKind.FALSE, start);
            default -> {
                Field field = Field.named(word);
                if (field != null) {
                    if (!field.existsAt(layer)) {
                        throw new FilterException(ErrorCode.BAD_TOKEN_FOR_LAYER, wrongAt, start, at, "a field of the " + layer + " layer");
                    }
                    tokens.add(new Token(TokenKind.FIELD, start, start, at, Number128.ZERO, field));
                    return true;
                }
                int value = Macros.value(word, layer);
                if (value == -2) {
                    return false;
                }
                if (value < 0) {
                    add(TokenKind.OTHER, start);
                } else {
                    addNumber(Number128.of(value), start);
                }
            }
        }
        return true;
    }

    private boolean number(String word, int start) {
        boolean bytes = word.endsWith("b");
        Number128 value = Numbers.decimal(bytes ? word.substring(0, word.length() - 1) : word);
        if (value != null) {
            addNumber(value, start);
            if (bytes) { // WinDivert leaves its position unset
                tokens.add(new Token(TokenKind.BYTES, 0, at - 1, at, Number128.ZERO, null));
            }
            return true;
        }
        value = word.startsWith("0x") ? Numbers.hexadecimal(word.substring(2)) : null;
        if (value == null) {
            value = Numbers.ipv4(word);
        }
        if (value == null) {
            value = Numbers.ipv6(word);
        }
        if (value != null) {
            addNumber(value, start);
        }
        return value != null;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isWordPart(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == ':' || c == '_';
    }
}
