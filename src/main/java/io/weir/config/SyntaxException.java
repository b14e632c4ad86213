package io.weir.config;

/** The text is not TOML from {@link #offset} on. */
final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;
    private final String remedy;

    SyntaxException(int offset, String message, String remedy) {
        super(message);
        this.offset = offset;
        this.remedy = remedy;
    }

    int offset() {
        return offset;
    }

    String remedy() {
        return remedy;
    }
}
