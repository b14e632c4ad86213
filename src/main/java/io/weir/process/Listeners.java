package io.weir.process;

import io.weir.net.Endpoint;

/** Says who waits for connections on this machine. */
@FunctionalInterface
public interface Listeners {

    /**
     * The process that a TCP connection to {@code local} would reach now, be it bound to that address or to all. Waits some milliseconds, seconds at
     * worst: for any thread but the deciding one.
     *
     * @return {@link Owner#UNKNOWN} when nobody listens there, or nobody that may be seen
     */
    Owner listener(Endpoint local);
}
