package io.weir.stage;

import io.weir.engine.CaptureScope;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.filter.AddressData;
import io.weir.filter.Filter;
import io.weir.filter.FirstPacket;
import io.weir.packet.PacketView;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;

/**
 * Which new flows are left to the rules: not those {@code capture.filter} leaves out, and not those to what is never captured, of which a kernel
 * filter of 255 tests may have to show some.
 */
final class Selection {
    private static final Verdict LEFT_OUT = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "capture.filter leaves it out");

    private static final Verdict EXCLUDED = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "its destination is excluded from capturing");

    private final FirstPacket filter;
    private final ExcludedDestinations excluded;
    private final AddressData address = new AddressData();

    /** @param filter null: all @param scope null: nothing is excluded */
    Selection(Filter filter, CaptureScope scope) {
        this.filter = filter == null ? null : new FirstPacket(filter);
        excluded = scope == null ? null : new ExcludedDestinations(scope.excludedDestinations(), scope.excludedEndpoints());
    }

    /** Why the flow this packet begins passes whatever the rules say; null: they are to be asked. */
    Verdict leftOut(PacketBatch batch, int packet) {
        PacketView view = batch.view(packet);
        if (excluded != null && excluded.contains(view.destinationHigh(), view.destinationLow(), view.destinationPort())) {
            return EXCLUDED;
        }
        return filter == null || selects(batch, packet) ? null : LEFT_OUT;
    }

    private boolean selects(PacketBatch batch, int packet) {
        address.outbound = batch.has(packet, PacketFlags.OUTBOUND);
        address.loopback = batch.has(packet, PacketFlags.LOOPBACK);
        address.impostor = batch.has(packet, PacketFlags.IMPOSTOR);
        address.ipv6 = batch.view(packet).ipv6();
        address.interfaceIndex = batch.interfaceIndex(packet);
        address.subInterfaceIndex = batch.subInterfaceIndex(packet);
        return filter.selects(batch.buffer(), batch.offset(packet), batch.length(packet), address);
    }
}
