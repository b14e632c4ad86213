package io.weir.filter;

/** A filter that does not compile: the code and the byte offset WinDivert reports. */
public final class FilterException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;
    private final int position;

    FilterException(ErrorCode code, int position) {
        super(code.text() + " at " + position, null, false, false);
        this.code = code;
        this.position = position;
    }

    public ErrorCode code() {
        return code;
    }

    /** 0-based byte offset into the UTF-8 text as WinDivert reports it: an unsigned 32-bit number, so one before the start is 4294967295. */
    public long position() {
        return position & 0xffff_ffffL;
    }
}
