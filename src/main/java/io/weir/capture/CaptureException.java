package io.weir.capture;

import java.io.IOException;

/** A capture file is not what it should be: the message names the file, the byte where it goes wrong, and what is wrong there. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1L;
    private final long offset;

    CaptureException(String file, long offset, String problem) {
        super(file + ": at byte " + offset + ": " + problem);
        this.offset = offset;
    }

    /** The byte of the file, from 0, at which the damaged part begins. */
    public long offset() {
        return offset;
    }
}
