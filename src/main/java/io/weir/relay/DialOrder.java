package io.weir.relay;

import io.weir.net.Endpoint;
import java.util.Objects;

/**
 * Dial this, then join it to the one connection that will arrive from {@code peer} at {@code local}.
 *
 * @param flowId      the caller's own; unique among the flows the relay holds
 * @param destination what the application wanted to reach
 * @param upstream    name of the upstream to dial through; null = dial the destination itself
 * @param peer        remote address the accepted socket will show
 * @param local       local address the accepted socket will show; one of {@link Relay#endpoints()}, or any address with the port of a wildcard one
 */
public record DialOrder(long flowId, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {

    public DialOrder {
        Objects.requireNonNull(destination);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(local);
    }
}
