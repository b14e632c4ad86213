package io.weir.stage;

import io.weir.flow.FlowState;
import io.weir.flow.Translation;
import io.weir.metrics.DropReason;
import io.weir.net.Endpoint;

/** Orders dials from the relay, and gives up on them. */
final class Dialer {
    private final RelayPort relay;
    private final Translations translations;
    private final Lifecycle lifecycle;
    private final Journal journal;
    private final Output output;
    private final boolean observing;

    Dialer(RelayPort relay, Translations translations, Lifecycle lifecycle, Journal journal, Output output, boolean observing) {
        this.relay = relay;
        this.translations = translations;
        this.lifecycle = lifecycle;
        this.journal = journal;
        this.output = output;
        this.observing = observing;
    }

    /** Has the relay dial, under the translation the flow has or gets now. @param upstream null: the destination itself */
    void dial(LiveFlow flow, String upstream, long nowNs) {
        flow.upstream = upstream;
        if (observing) {
            lifecycle.enter(flow, FlowState.OBSERVED, nowNs);
            journal.opened(flow, Outcome.RELAYED, nowNs);
            return;
        }
        if (flow.translation() == null && !translations.assign(flow, nowNs)) {
            flow.note("no relay port is free");
            refuse(flow, Answer.RESET, DropReason.PORT_POOL_EMPTY, nowNs);
            return;
        }
        Translation to = flow.translation();
        flow.ordered = relay.dial(flow.id(), flow.application(), flow.destination(), upstream,
                Endpoint.of(to.peerHigh(), to.peerLow(), to.peerPort()), Endpoint.of(to.relayHigh(), to.relayLow(), to.relayPort()));
        if (flow.ordered) {
            lifecycle.enter(flow, FlowState.DIALING, nowNs);
        } else {
            flow.note("the relay takes no more orders");
            refuse(flow, Answer.RESET, DropReason.RELAY_QUEUE_FULL, nowNs);
        }
    }

    /** No dial is under way any more and none succeeded. */
    void forget(LiveFlow flow) {
        lifecycle.giveUpRelay(flow);
        translations.release(flow, false);
        flow.upstream = null;
    }

    /** The flow is not relayed after all; its sender is told so, now and for a while. */
    void refuse(LiveFlow flow, Answer answer, DropReason reason, long nowNs) {
        lifecycle.giveUpRelay(flow);
        translations.release(flow, false);
        flow.answer = answer;
        flow.reason = reason;
        lifecycle.enter(flow, FlowState.REFUSED, nowNs);
        journal.opened(flow, Outcome.FAILED, nowNs);
    }

    /** The dial has succeeded: the SYN may go to the relay. */
    void dialed(LiveFlow flow, long nowNs) {
        lifecycle.enter(flow, FlowState.RELEASED, nowNs);
        output.begun(flow.translation());
        journal.opened(flow, Outcome.RELAYED, nowNs);
    }
}
