package io.weir.stage;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;

/** Counts what becomes of flows and tells the {@link FlowLog}, each thing once, waiting for an owner that is still being asked for. */
final class Journal {
    private final FlowLog log;
    private final Counters counters;

    Journal(FlowLog log, Counters counters) {
        this.log = log;
        this.counters = counters;
    }

    /** The rules have spoken about this flow. */
    void judged(LiveFlow flow) {
        if (!flow.counted) {
            flow.counted = true;
            counters.increment(Counter.FLOWS_OPENED);
        }
    }

    /** The outcome stands. */
    void opened(LiveFlow flow, Outcome outcome, long nowNs) {
        if (flow.outcome != Outcome.WAITING) {
            return;
        }
        flow.outcome = outcome;
        counters.increment(switch (outcome) {
            case PASSED -> Counter.FLOWS_PASSED;
            case BLOCKED -> Counter.FLOWS_BLOCKED;
            case DROPPED -> Counter.FLOWS_DROPPED;
            case RELAYED -> flow.upstream == null ? Counter.FLOWS_DIRECT : Counter.FLOWS_PROXIED;
            case FAILED, WAITING -> Counter.FLOWS_FAILED;
        });
        flow.openedDue = true;
        if (!flow.ownerAsked) {
            tellOpened(flow, nowNs);
        }
    }

    /** The owner is known, or will not be. */
    void tellOpened(LiveFlow flow, long nowNs) {
        if (flow.openedDue) {
            flow.openedDue = false;
            log.opened(report(flow, nowNs));
        }
    }

    /** The relay's session is over, or the flow is forgotten. */
    void ended(LiveFlow flow, long nowNs) {
        opened(flow, Outcome.FAILED, nowNs); // no outcome yet: it was given up
        tellOpened(flow, nowNs);
        if (flow.outcome == Outcome.RELAYED && !flow.endedReported) {
            flow.endedReported = true;
            log.ended(report(flow, nowNs));
        }
    }

    static FlowReport report(LiveFlow flow, long nowNs) {
        return new FlowReport(flow.id(), flow.transport(), flow.application(), flow.destination(), flow.owner, flow.outcome, flow.verdict,
                flow.upstream, flow.how, flow.bytesUp, flow.bytesDown, flow.openedNs, nowNs - flow.openedNs);
    }
}
