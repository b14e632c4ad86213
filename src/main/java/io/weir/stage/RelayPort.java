package io.weir.stage;

import io.weir.net.Endpoint;

/** The deciding thread's way to the relay. Neither method waits. */
public interface RelayPort {

    /**
     * Dial this flow; the answer comes as {@link ControlEvent.Dialed} or {@link ControlEvent.DialFailed}. A second order for the same flow
     * replaces the first, which has failed.
     *
     * @param upstream null: dial the destination itself
     * @param peer     the remote address the accepted socket will show
     * @param local    its local address
     * @return false when the relay takes no more orders
     */
    boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local);

    /** Forget this flow: its dial, or its session with a RST to either side. Unknown ids are ignored. */
    void cancel(long flowId);
}
