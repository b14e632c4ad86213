package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.ParkedPackets;
import io.weir.flow.Translation;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.packet.Checksum;
import io.weir.packet.PacketBuilder;
import io.weir.packet.PacketRewriter;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;

/** The deciding stage's pen: writes into the plan of the slot at hand, taking one where there is none yet. */
final class Output {
    /** The longest packet we build: an ICMPv6 error. */
    private static final int LARGEST_BUILT = 1280;
    private final PlanPool plans;
    private final boolean refuseByResetOnly;
    private final Counters counters;
    private final PacketView scratch = new PacketView();
    private Slot slot;

    Output(PlanPool plans, boolean refuseByResetOnly, Counters counters) {
        this.plans = plans;
        this.refuseByResetOnly = refuseByResetOnly;
        this.counters = counters;
    }

    void begin(Slot next) {
        slot = next;
        if (next.batch() != null) {
            plan();
        }
    }

    private Plan plan() {
        Plan plan = slot.plan();
        if (plan == null) {
            plan = plans.take();
            PacketBatch batch = slot.batch();
            plan.clear(batch == null ? 0 : batch.count(), batch == null ? 0 : batch.capacity());
            slot.plan(plan);
        }
        return plan;
    }

    void pass(int packet) {
        plan().act(packet, Plan.PASS);
    }

    void release(int packet) {
        plan().act(packet, Plan.RELEASE);
    }

    void withhold(int packet, DropReason reason) {
        plan().act(packet, Plan.WITHHOLD);
        counters.drop(reason);
    }

    void toRelay(int packet, Translation translation) {
        plan().translate(packet, Plan.TO_RELAY, translation);
    }

    void toApplication(int packet, Translation translation) {
        plan().translate(packet, Plan.TO_APPLICATION, translation);
    }

    /** Tells the sender of {@code cause}, as its destination would. */
    void answer(PacketView cause, Answer answer, int interfaceIndex, int subInterfaceIndex) {
        Plan plan = plan();
        if (!plan.hasRoomFor(LARGEST_BUILT)) {
            counters.drop(DropReason.ARENA_FULL);
            return;
        }
        boolean reset = answer == Answer.RESET || refuseByResetOnly && answer != Answer.PORT;
        int built = reset ? PacketBuilder.tcpReset(cause, plan.arena(), plan.at())
                : PacketBuilder.unreachable(cause, answer.unreachable(), plan.arena(), plan.at());
        if (built > 0) {
            plan.inject(built, false, interfaceIndex, subInterfaceIndex);
        }
    }

    /** {@link #answer(PacketView, Answer, int, int)} for a parked packet. */
    void answer(ParkedPackets parked, int cell, Answer answer) {
        scratch.parse(parked.buffer(), parked.offset(cell), parked.length(cell));
        answer(scratch, answer, parked.interfaceIndex(cell), parked.subInterfaceIndex(cell));
    }

    /** Sends a parked packet on as it is. */
    void sendParked(ParkedPackets parked, int cell) {
        Plan plan = copy(parked, cell);
        if (plan != null) {
            int correct = PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
            if ((parked.flags(cell) & correct) != correct) {
                Checksum.writeAll(scratch);
            }
            plan.inject(parked.length(cell), true, parked.interfaceIndex(cell), parked.subInterfaceIndex(cell));
        }
    }

    /** Sends a parked packet to the relay. */
    void sendParkedToRelay(ParkedPackets parked, int cell, Translation to) {
        Plan plan = copy(parked, cell);
        if (plan != null) {
            int flags = parked.flags(cell);
            PacketRewriter.rewrite(scratch, to.peerHigh(), to.peerLow(), to.peerPort(), to.relayHigh(), to.relayLow(), to.relayPort(),
                    (flags & PacketFlags.IP_CHECKSUM_VALID) != 0, (flags & PacketFlags.TRANSPORT_CHECKSUM_VALID) != 0, false);
            plan.inject(parked.length(cell), to.toRelayOutbound(), to.toRelayInterface(), to.toRelaySubInterface());
        }
    }

    /** A TCP flow is redirected from now on, whether its SYN could be kept or will be sent again. */
    void begun(Translation translation) {
        plan().begin(translation);
    }

    /** A redirected TCP flow is over. */
    void over(Translation translation) {
        plan().end(translation);
    }

    /** Copies the packet to where the next one is built, and has {@link #scratch} look at it there. */
    private Plan copy(ParkedPackets parked, int cell) {
        Plan plan = plan();
        int length = parked.length(cell);
        if (!plan.hasRoomFor(length)) {
            counters.drop(DropReason.ARENA_FULL);
            return null;
        }
        ByteBuffer arena = plan.arena();
        arena.put(plan.at(), parked.buffer(), parked.offset(cell), length);
        scratch.parse(arena, plan.at(), length);
        return plan;
    }

    /** Ends a connection whose handshake with the relay did not complete, on both sides, as each side would have the other do it. */
    void resetBoth(LiveFlow flow) {
        Plan plan = plan();
        if (!plan.hasRoomFor(LARGEST_BUILT)) {
            counters.drop(DropReason.ARENA_FULL);
            return;
        }
        Translation of = flow.translation();
        long next = flow.synSequence + 1;
        boolean answered = flow.relaySequence != LiveFlow.UNSEEN;
        int toApplication = PacketBuilder.tcpReset(of.destinationHigh(), of.destinationLow(), of.destinationPort(),
                of.applicationHigh(), of.applicationLow(), of.applicationPort(), answered ? flow.relaySequence + 1 : 0, next, true,
                plan.arena(), plan.at());
        plan.inject(toApplication, false, of.interfaceIndex(), of.subInterfaceIndex());
        int toRelay = PacketBuilder.tcpReset(of.peerHigh(), of.peerLow(), of.peerPort(), of.relayHigh(), of.relayLow(), of.relayPort(),
                next, 0, false, plan.arena(), plan.at());
        if (plan.hasRoomFor(toRelay)) {
            plan.inject(toRelay, of.toRelayOutbound(), of.toRelayInterface(), of.toRelaySubInterface());
        }
    }
}
