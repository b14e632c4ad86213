package io.weir.stage;

import io.weir.flow.FlowState;
import io.weir.flow.FlowTable;
import io.weir.flow.TimerWheel;
import io.weir.metrics.DropReason;

/** What becomes of a flow whose patience has run out. */
final class Deadlines implements TimerWheel.Expiry {
    /** Packets that come later than this after a RST show that nobody believed it. */
    private static final long RESET_DOUBT_NS = 1_000_000_000L;

    private final FlowTable<LiveFlow> table;
    private final Lifecycle lifecycle;
    private final Judge judge;
    private final Dialer dialer;
    private final Parking parking;
    private final Output output;

    Deadlines(FlowTable<LiveFlow> table, Lifecycle lifecycle, Judge judge, Dialer dialer, Parking parking, Output output) {
        this.table = table;
        this.lifecycle = lifecycle;
        this.judge = judge;
        this.dialer = dialer;
        this.parking = parking;
        this.output = output;
    }

    @Override
    public void expired(int index, long nowNs) {
        LiveFlow flow = table.at(index);
        switch (flow.state()) {
            case ASKING -> {
                judge.ownerTimedOut(flow, nowNs);
                parking.settle(flow);
            }
            case DIALING -> { // the relay's own deadline comes first; without an answer from it there is no second attempt that could get the first's
                flow.note("no answer from the relay in time");
                dialer.refuse(flow, Answer.to(Refusal.TIMED_OUT), DropReason.DIAL_FAILED, nowNs);
                parking.settle(flow);
            }
            case RELEASED -> {
                flow.note("the handshake with the relay did not complete");
                output.resetBoth(flow);
                lifecycle.end(flow, nowNs);
            }
            case OPEN -> idle(flow, nowNs);
            case CLOSING -> closed(flow, nowNs);
            case REFUSED, PASSED -> {
                if (flow.tcp() || !lifecycle.stillBusy(flow, nowNs)) {
                    lifecycle.end(flow, nowNs);
                }
            }
            case DROPPED, OBSERVED -> {
                if (!lifecycle.stillBusy(flow, nowNs)) {
                    lifecycle.end(flow, nowNs);
                }
            }
        }
    }

    /** The relay resets both its sockets; the RST for the application still finds the translation. */
    private void idle(LiveFlow flow, long nowNs) {
        if (!lifecycle.stillBusy(flow, nowNs)) {
            flow.note("idle for too long");
            lifecycle.giveUpRelay(flow);
            flow.reset = true;
            flow.endedNs = nowNs;
            lifecycle.enter(flow, FlowState.CLOSING, nowNs);
        }
    }

    private void closed(LiveFlow flow, long nowNs) {
        if (flow.reset && flow.ordered && flow.lastNs - flow.endedNs > RESET_DOUBT_NS) {
            flow.reset = false;
            lifecycle.enter(flow, FlowState.OPEN, nowNs);
        } else if (flow.reset || (flow.finished & LiveFlow.RELAY_FINISHED) != 0 || !lifecycle.stillBusy(flow, nowNs)) {
            lifecycle.end(flow, nowNs); // else the relay has closed, but its kernel is still sending to a slow reader
        }
    }
}
