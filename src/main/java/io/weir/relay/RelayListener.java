package io.weir.relay;

import io.weir.upstream.DialFailure;

/**
 * Hears what became of accepted orders. Every order taken by {@link Relay#dial} is answered by exactly one of {@link #failed} or
 * {@link #ended}, the latter always after {@link #dialed}. Called on the relay's event loops: do not block.
 */
public interface RelayListener {

    /** The upstream stands and the connection may now arrive. */
    void dialed(long flowId);

    /** The dial failed; nothing will be accepted for this flow. */
    void failed(long flowId, DialFailure failure);

    /**
     * A dialed flow is over and its sockets are closed.
     *
     * @param bytesUp   from the application to the destination
     * @param bytesDown from the destination to the application
     * @param how       a phrase: {@code closed by both sides}, {@code reset by the application} …
     */
    void ended(long flowId, long bytesUp, long bytesDown, String how);
}
