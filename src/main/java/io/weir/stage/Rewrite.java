package io.weir.stage;

import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.Translation;
import io.weir.packet.PacketRewriter;

/** Third stage: carries out what was noted on the packets themselves. */
final class Rewrite {
    void rewrite(Slot slot) {
        PacketBatch batch = slot.batch();
        if (batch == null) {
            return;
        }
        Plan plan = slot.plan();
        for (int i = 0; i < batch.count(); i++) {
            switch (plan.action(i)) {
                case Plan.RELEASE -> batch.disposition(i, Disposition.RELEASE_FLOW);
                case Plan.WITHHOLD -> batch.disposition(i, Disposition.WITHHOLD);
                case Plan.TO_RELAY -> toRelay(batch, i, plan.translation(i));
                case Plan.TO_APPLICATION -> toApplication(batch, i, plan.translation(i));
                default -> batch.disposition(i, Disposition.PASS);
            }
        }
    }

    private static void toRelay(PacketBatch batch, int packet, Translation to) {
        rewrite(batch, packet, to.peerHigh(), to.peerLow(), to.peerPort(), to.relayHigh(), to.relayLow(), to.relayPort());
        batch.reroute(packet, to.toRelayOutbound(), to.toRelayInterface(), to.toRelaySubInterface());
    }

    private static void toApplication(PacketBatch batch, int packet, Translation to) {
        rewrite(batch, packet, to.destinationHigh(), to.destinationLow(), to.destinationPort(),
                to.applicationHigh(), to.applicationLow(), to.applicationPort());
        batch.reroute(packet, false, to.interfaceIndex(), to.subInterfaceIndex());
    }

    private static void rewrite(PacketBatch batch, int packet, long sourceHigh, long sourceLow, int sourcePort,
                                long destinationHigh, long destinationLow, int destinationPort) {
        int flags = batch.flags(packet);
        PacketRewriter.rewrite(batch.view(packet), sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort,
                (flags & PacketFlags.IP_CHECKSUM_VALID) != 0, (flags & PacketFlags.TRANSPORT_CHECKSUM_VALID) != 0,
                (flags & PacketFlags.SEGMENTATION_PENDING) != 0);
        batch.disposition(packet, Disposition.MODIFIED);
    }
}
