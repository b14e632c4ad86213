package io.weir.relay;

/** The relay cannot start; the message says where, why and what to do. */
public final class RelayException extends Exception {
    public RelayException(String message, Throwable cause) {
        super(message, cause);
    }
}
