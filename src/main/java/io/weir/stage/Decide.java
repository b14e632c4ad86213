package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.flow.TimerWheel;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;

/** Second stage, the only one with tables: moves the time, carries out the slot's event, and notes what is to be done with each packet. */
final class Decide {
    /** Deadlines per slot; a RST each way for all of them fits the arena. */
    private static final int DEADLINES_PER_SLOT = 200;

    private final TimerWheel timers;
    private final Deadlines deadlines;
    private final Events events;
    private final TcpFlows tcp;
    private final UdpFlows udp;
    private final IcmpErrors icmp;
    private final Output output;
    private final Counters counters;
    private long nowNs = Long.MIN_VALUE;

    Decide(TimerWheel timers, Deadlines deadlines, Events events, TcpFlows tcp, UdpFlows udp, IcmpErrors icmp, Output output, Counters counters) {
        this.timers = timers;
        this.deadlines = deadlines;
        this.events = events;
        this.tcp = tcp;
        this.udp = udp;
        this.icmp = icmp;
        this.output = output;
        this.counters = counters;
    }

    void decide(Slot slot) {
        nowNs = Math.max(nowNs, slot.nowNs()); // slots of several threads: stamped first, claimed later
        PacketBatch batch = slot.batch();
        if (batch != null) {
            tcp.touch(batch);
        }
        output.begin(slot);
        timers.advance(nowNs, DEADLINES_PER_SLOT, deadlines);
        if (slot.event() != null) {
            events.carryOut(slot.event(), nowNs);
        }
        if (batch != null) {
            for (int i = 0; i < batch.count(); i++) {
                packet(batch, i, batch.view(i));
            }
        }
    }

    private void packet(PacketBatch batch, int index, PacketView view) {
        if (view.fragmented()) {
            counters.increment(Counter.PACKETS_FRAGMENTED);
            output.pass(index);
            return;
        }
        switch (view.kind()) {
            case TCP -> tcp.segment(batch, index, view, nowNs);
            case UDP -> udp.datagram(batch, index, view, nowNs);
            case ICMP, ICMPV6 -> {
                icmp.count(view);
                output.pass(index);
            }
            default -> {
                counters.increment(Counter.PACKETS_NOT_UNDERSTOOD);
                output.pass(index);
            }
        }
    }
}
