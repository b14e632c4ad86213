package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.flow.FlowState;
import io.weir.flow.ParkedPackets;
import io.weir.metrics.DropReason;

/** Copies first packets aside, and deals with them once the flow's state says how. */
final class Parking {
    private final ParkedPackets parked;
    private final int mostPerFlow;
    private final Lifecycle lifecycle;
    private final Output output;

    Parking(ParkedPackets parked, int mostPerFlow, Lifecycle lifecycle, Output output) {
        this.parked = parked;
        this.mostPerFlow = mostPerFlow;
        this.lifecycle = lifecycle;
        this.output = output;
    }

    /**
     * Withholds the packet and keeps a copy: of a SYN only the newest, of datagrams all in order. Where there is no room the packet is simply
     * dropped; a SYN will be sent again and may then find the dial done.
     */
    void park(LiveFlow flow, PacketBatch batch, int packet) {
        if (flow.tcp()) {
            lifecycle.freeParked(flow);
        }
        int cell = flow.parkedCount == mostPerFlow ? ParkedPackets.NONE
                : parked.park(batch.buffer(), batch.offset(packet), batch.view(packet).length(), batch.flags(packet),
                        batch.interfaceIndex(packet), batch.subInterfaceIndex(packet));
        if (cell == ParkedPackets.NONE) {
            output.withhold(packet, DropReason.PARK_FULL);
            return;
        }
        output.withhold(packet, DropReason.PARKED);
        if (flow.parkedCount++ == 0) {
            flow.firstParked = cell;
        } else {
            parked.chain(flow.lastParked, cell);
        }
        flow.lastParked = cell;
    }

    /** After a change of state: parked packets go where the flow's packets now go, in the order they came. */
    void settle(LiveFlow flow) {
        FlowState state = flow.state();
        if (state == FlowState.ASKING || state == FlowState.DIALING) {
            return;
        }
        for (int cell = flow.firstParked; cell != ParkedPackets.NONE; cell = parked.next(cell)) {
            switch (state) {
                case PASSED -> output.sendParked(parked, cell);
                case REFUSED -> output.answer(parked, cell, flow.answer);
                case DROPPED -> { } // counted when it was withheld
                default -> output.sendParkedToRelay(parked, cell, flow.translation());
            }
        }
        lifecycle.freeParked(flow);
    }
}
