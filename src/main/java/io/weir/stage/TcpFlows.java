package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.FlowState;
import io.weir.flow.FlowTable;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.metrics.Tally;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import io.weir.rules.RuleSet;

/** What becomes of TCP segments. */
final class TcpFlows {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int BOTH_FINISHED = LiveFlow.APPLICATION_FINISHED | LiveFlow.RELAY_FINISHED;

    private final FlowTable<LiveFlow> table;
    private final Lifecycle lifecycle;
    private final Judge judge;
    private final LoopGuard guard;
    private final Parking parking;
    private final Translations translations;
    private final Output output;
    private final Counters counters;
    private final Tally tally;
    private final boolean observing;
    private RuleSet rules;
    private boolean stopping;
    /** Of the packets of the batch at hand. */
    private long[] hashes = {};

    TcpFlows(FlowTable<LiveFlow> table, RuleSet rules, Lifecycle lifecycle, Judge judge, LoopGuard guard, Parking parking,
             Translations translations, Output output, Counters counters, boolean observing) {
        this.table = table;
        this.rules = rules;
        this.lifecycle = lifecycle;
        this.judge = judge;
        this.guard = guard;
        this.parking = parking;
        this.translations = translations;
        this.output = output;
        this.counters = counters;
        tally = counters.tally();
        this.observing = observing;
    }

    void rules(RuleSet next) {
        rules = next;
    }

    void stop() {
        stopping = true;
    }

    /** Before anything else is done with a batch: the table's memory is on its way while other things are done. */
    void touch(PacketBatch batch) {
        if (hashes.length < batch.capacity()) {
            hashes = new long[batch.capacity()];
        }
        for (int i = 0; i < batch.count(); i++) {
            PacketView view = batch.view(i);
            if (view.kind() == PacketKind.TCP) {
                hashes[i] = table.touch(view.protocol(), view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                        view.destinationHigh(), view.destinationLow(), view.destinationPort());
            }
        }
    }

    void segment(PacketBatch batch, int packet, PacketView view, long nowNs) {
        int handle = table.find(hashes[packet], view.protocol(), view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                view.destinationHigh(), view.destinationLow(), view.destinationPort());
        if (handle == FlowTable.MISSING) {
            ofNoFlow(batch, packet, view, nowNs);
        } else if (FlowTable.isReply(handle)) {
            fromRelay(table.flow(handle), packet, view, nowNs);
        } else {
            fromApplication(table.flow(handle), batch, packet, view, nowNs);
        }
    }

    private void ofNoFlow(PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (translations.isRelay(view.sourceHigh(), view.sourceLow(), view.sourcePort())) {
            output.withhold(packet, DropReason.STRANGER_TO_RELAY);
        } else if (!isFirst(view) || !batch.has(packet, PacketFlags.OUTBOUND)) {
            tally.increment(Counter.PACKETS_MIDSTREAM);
            output.release(packet);
        } else if (translations.leadsToRelay(view)) {
            counters.increment(Counter.FLOWS_TO_RELAY);
            output.release(packet);
        } else if (stopping || guard.isOwn(view)) {
            output.release(packet);
        } else {
            begin(batch, packet, view, nowNs);
        }
    }

    private static boolean isFirst(PacketView view) {
        return (view.tcpFlags() & (SYN | ACK | RST)) == SYN;
    }

    private void begin(PacketBatch batch, int packet, PacketView view, long nowNs) {
        LiveFlow flow = lifecycle.open(batch, packet, rules, nowNs);
        if (flow == null) {
            withoutEntry(batch, packet, view);
            return;
        }
        flow.synSequence = view.tcpSequence();
        judge.judgeFirst(flow, batch, packet, nowNs);
        untranslated(flow, batch, packet, view, nowNs);
    }

    /** The table is full: what the rules leave alone still passes, the rest is refused. */
    private void withoutEntry(PacketBatch batch, int packet, PacketView view) {
        if (observing || judge.passes(batch, packet, view, rules)) {
            output.release(packet);
        } else {
            output.withhold(packet, DropReason.FLOW_TABLE_FULL);
            output.answer(view, Answer.RESET, batch.interfaceIndex(packet), batch.subInterfaceIndex(packet));
        }
    }

    private void fromApplication(LiveFlow flow, PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (isFirst(view) && isAnotherConnection(flow, view)) {
            counters.increment(Counter.FLOWS_REPLACED);
            flow.note("a new connection uses the same ports");
            lifecycle.end(flow, nowNs);
            ofNoFlow(batch, packet, view, nowNs);
        } else if (flow.state().translated()) {
            follow(flow, view, LiveFlow.APPLICATION_FINISHED, nowNs);
            output.toRelay(packet, flow.translation());
        } else {
            flow.lastNs = nowNs;
            untranslated(flow, batch, packet, view, nowNs);
        }
    }

    /** A SYN that is no copy of the flow's own. A refused tuple stays refused for its while, whatever the sequence number. */
    private boolean isAnotherConnection(LiveFlow flow, PacketView view) {
        if (flow.state() == FlowState.REFUSED || flow.state() == FlowState.DROPPED) {
            return flow.rules != rules || flow.state() == FlowState.DROPPED && view.tcpSequence() != flow.synSequence;
        }
        return view.tcpSequence() != flow.synSequence;
    }

    private void untranslated(LiveFlow flow, PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (observing) {
            output.pass(packet);
            return;
        }
        switch (flow.state()) {
            case ASKING, DIALING -> waiting(flow, batch, packet, view, nowNs);
            case REFUSED -> {
                output.withhold(packet, flow.reason);
                if (isFirst(view)) {
                    output.answer(view, flow.answer, flow.interfaceIndex, flow.subInterfaceIndex);
                }
            }
            case DROPPED -> output.withhold(packet, DropReason.RULE_DROP);
            case PASSED -> {
                output.release(packet);
                if (!flow.ownerAsked) {
                    lifecycle.end(flow, nowNs);
                }
            }
            default -> output.toRelay(packet, flow.translation()); // dialed before the order returned: not with a relay behind a ring
        }
    }

    private void waiting(LiveFlow flow, PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (isFirst(view)) {
            if (flow.parkedCount > 0) {
                counters.increment(Counter.SYNS_SEEN_AGAIN);
            }
            parking.park(flow, batch, packet);
        } else {
            output.withhold(packet, DropReason.FLOW_CLOSED);
            if ((view.tcpFlags() & RST) != 0) {
                giveUp(flow, "given up by the application", nowNs);
            }
        }
    }

    /** A connection that stands goes on: its last packets come after its socket is closed. A datagram, once sent, is not taken back either. */
    void socketClosed(ControlEvent.SocketClosed closed, long nowNs) {
        Endpoint local = closed.local();
        Endpoint remote = closed.remote();
        int handle = closed.protocol() != Protocol.TCP ? FlowTable.MISSING
                : table.find(Protocol.TCP.number(), local.address().high(), local.address().low(), local.port(),
                        remote.address().high(), remote.address().low(), remote.port());
        if (handle == FlowTable.MISSING || FlowTable.isReply(handle)) {
            return;
        }
        LiveFlow flow = table.flow(handle);
        boolean waits = flow.state() == FlowState.ASKING || flow.state() == FlowState.DIALING;
        if (waits && flow.beginning() == closed.beginning()) { // not one before it between the same ends
            giveUp(flow, "its socket was closed by the application", nowNs);
        }
    }

    /** Nobody waits for an answer any more. */
    private void giveUp(LiveFlow flow, String how, long nowNs) {
        counters.increment(Counter.FLOWS_GIVEN_UP);
        flow.note(how);
        lifecycle.end(flow, nowNs);
    }

    private void fromRelay(LiveFlow flow, int packet, PacketView view, long nowNs) {
        if (!flow.state().translated()) {
            output.withhold(packet, DropReason.FLOW_CLOSED);
            return;
        }
        if ((view.tcpFlags() & SYN) != 0) {
            flow.relaySequence = view.tcpSequence();
        }
        follow(flow, view, LiveFlow.RELAY_FINISHED, nowNs);
        output.toApplication(packet, flow.translation());
    }

    /** Takes hints from the flags. They are not checked against windows: a wrong one shortens a memory, never a connection that goes on. */
    private void follow(LiveFlow flow, PacketView view, int side, long nowNs) {
        int flags = view.tcpFlags();
        if ((flags & RST) != 0) {
            if (flow.state() != FlowState.CLOSING) {
                flow.reset = true;
                flow.endedNs = nowNs;
                lifecycle.enter(flow, FlowState.CLOSING, nowNs);
            }
            return;
        }
        flow.lastNs = nowNs;
        if (flow.state() == FlowState.RELEASED && side == LiveFlow.APPLICATION_FINISHED && (flags & (SYN | ACK)) == ACK) {
            lifecycle.enter(flow, FlowState.OPEN, nowNs);
        }
        if ((flags & FIN) != 0) {
            flow.finished |= side;
            if (flow.finished == BOTH_FINISHED && flow.state() != FlowState.CLOSING) {
                flow.endedNs = nowNs;
                lifecycle.enter(flow, FlowState.CLOSING, nowNs);
            }
        }
    }
}
