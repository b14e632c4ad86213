package io.weir.relay;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.upstream.Upstreams;
import java.util.List;

/**
 * Listens for redirected connections and joins each to the upstream that was dialed for it before. {@link #start} and {@link #close} are
 * for one owner; the rest may be called from any thread between them.
 */
public final class Relay implements AutoCloseable {

    public Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters) {
    }

    /** @throws RelayException when an endpoint cannot be bound; nothing stays open then */
    public void start() throws RelayException {
        throw new AssertionError("skeleton");
    }

    /** Where the relay listens, in the order of the settings, with the ports it got. */
    public List<Endpoint> endpoints() {
        throw new AssertionError("skeleton");
    }

    /** Takes the order, never blocks. @return false when {@link RelaySettings#maximumDials} are under way or the relay is closed: nothing was taken */
    public boolean dial(DialOrder order) {
        throw new AssertionError("skeleton");
    }

    /** Ends a flow in any state, both sides reset; its last event still comes. Unknown flows are ignored. */
    public void cancel(long flowId) {
        throw new AssertionError("skeleton");
    }

    /** From now on orders are dialed through these; sessions that stand are left alone. */
    public void replaceUpstreams(Upstreams upstreams) {
        throw new AssertionError("skeleton");
    }

    /** Stops listening, ends every session (each is told to the listener) and the event loops, in less than two seconds. Safe twice. */
    @Override
    public void close() {
        throw new AssertionError("skeleton");
    }
}
