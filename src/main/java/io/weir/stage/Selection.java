package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.filter.AddressData;
import io.weir.filter.Filter;
import io.weir.filter.FirstPacket;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;

/** Which new flows the user's {@code capture.filter} leaves to the rules. */
final class Selection {
    static final Verdict LEFT_OUT = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "capture.filter leaves it out");

    private final FirstPacket filter;
    private final AddressData address = new AddressData();

    /** @param filter null: all */
    Selection(Filter filter) {
        this.filter = filter == null ? null : new FirstPacket(filter);
    }

    boolean leavesOut(PacketBatch batch, int packet) {
        if (filter == null) {
            return false;
        }
        address.outbound = batch.has(packet, PacketFlags.OUTBOUND);
        address.loopback = batch.has(packet, PacketFlags.LOOPBACK);
        address.impostor = batch.has(packet, PacketFlags.IMPOSTOR);
        address.ipv6 = batch.view(packet).ipv6();
        address.interfaceIndex = batch.interfaceIndex(packet);
        address.subInterfaceIndex = batch.subInterfaceIndex(packet);
        return !filter.selects(batch.buffer(), batch.offset(packet), batch.length(packet), address);
    }
}
