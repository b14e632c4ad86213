package io.weir.filter;

/** A filter that does not compile: what WinDivert reports, and beside it the very characters at fault and what would have been right there. */
public final class FilterException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;
    private final int position;
    private final int from;
    private final int to;
    private final String expected;

    FilterException(ErrorCode code, int position, int from, int to, String expected) {
        super(code.text() + " at " + position, null, false, false);
        this.code = code;
        this.position = position;
        this.from = from;
        this.to = to;
        this.expected = expected;
    }

    public ErrorCode code() {
        return code;
    }

    /** 0-based byte offset into the UTF-8 text as WinDivert reports it: an unsigned 32-bit number, so one before the start is 4294967295. */
    public long position() {
        return position & 0xffff_ffffL;
    }

    /** Byte offset of the first character at fault. */
    public int from() {
        return from;
    }

    /** Byte offset just past the last character at fault; equal to {@link #from} at the end of the text. */
    public int to() {
        return to;
    }

    /** What could have stood there; empty where nothing sensible can be said. */
    public String expected() {
        return expected;
    }
}
