package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.FlowTable;
import io.weir.metrics.DropReason;
import io.weir.packet.PacketView;
import io.weir.rules.RuleSet;

/** What becomes of UDP datagrams: the first of a flow is judged, the others follow it. */
final class UdpFlows {
    private final FlowTable<LiveFlow> table;
    private final Lifecycle lifecycle;
    private final Judge judge;
    private final LoopGuard guard;
    private final Parking parking;
    private final Output output;
    private final boolean observing;
    private RuleSet rules;
    private boolean stopping;

    UdpFlows(FlowTable<LiveFlow> table, RuleSet rules, Lifecycle lifecycle, Judge judge, LoopGuard guard, Parking parking, Output output,
             boolean observing) {
        this.table = table;
        this.rules = rules;
        this.lifecycle = lifecycle;
        this.judge = judge;
        this.guard = guard;
        this.parking = parking;
        this.output = output;
        this.observing = observing;
    }

    void rules(RuleSet next) {
        rules = next;
    }

    void stop() {
        stopping = true;
    }

    void datagram(PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (!batch.has(packet, PacketFlags.OUTBOUND)) {
            output.pass(packet);
            return;
        }
        int handle = table.find(view.protocol(), view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                view.destinationHigh(), view.destinationLow(), view.destinationPort());
        LiveFlow flow = handle == FlowTable.MISSING ? null : table.flow(handle);
        if (flow != null && flow.rules != rules && !flow.ownerAsked) {
            lifecycle.end(flow, nowNs);
            flow = null;
        }
        if (flow == null) {
            begin(batch, packet, view, nowNs);
        } else {
            flow.lastNs = nowNs;
            follow(flow, batch, packet, view);
        }
    }

    private void begin(PacketBatch batch, int packet, PacketView view, long nowNs) {
        if (stopping || guard.isOwn(view)) {
            output.release(packet);
            return;
        }
        LiveFlow flow = lifecycle.open(batch, packet, rules, nowNs);
        if (flow == null) {
            withoutEntry(batch, packet, view);
            return;
        }
        judge.judgeFirst(flow, batch, packet, nowNs);
        follow(flow, batch, packet, view);
    }

    /** The table is full: what the rules leave alone still passes, the rest is refused. */
    private void withoutEntry(PacketBatch batch, int packet, PacketView view) {
        if (observing || judge.passes(batch, packet, view, rules)) {
            output.release(packet);
        } else {
            output.withhold(packet, DropReason.FLOW_TABLE_FULL);
            output.answer(view, Answer.PORT, batch.interfaceIndex(packet), batch.subInterfaceIndex(packet));
        }
    }

    private void follow(LiveFlow flow, PacketBatch batch, int packet, PacketView view) {
        if (observing) {
            output.pass(packet);
            return;
        }
        switch (flow.state()) {
            case ASKING -> parking.park(flow, batch, packet);
            case REFUSED -> {
                output.withhold(packet, flow.reason);
                output.answer(view, flow.answer, flow.interfaceIndex, flow.subInterfaceIndex);
            }
            case DROPPED -> output.withhold(packet, DropReason.RULE_DROP);
            default -> output.release(packet);
        }
    }
}
