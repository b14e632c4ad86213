package io.weir.stage;

import io.weir.flow.FlowTable;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;

/**
 * ICMP errors: looked up by the header they quote, never a reason to create a flow, and always passed. Packets of a redirected flow never leave the
 * machine, so an error about one is stale or forged; the application's own stack checks it against its sequence numbers, as it does without us.
 */
final class IcmpErrors {
    private static final int IPV6_HEADER = 40;
    private static final int PORTS = 4;

    private final FlowTable<LiveFlow> table;
    private final Counters counters;

    IcmpErrors(FlowTable<LiveFlow> table, Counters counters) {
        this.table = table;
        this.counters = counters;
    }

    void count(PacketView view) {
        if (isError(view)) {
            int handle = view.kind() == PacketKind.ICMP ? quotedIpv4(view) : quotedIpv6(view);
            if (handle != FlowTable.MISSING && table.flow(handle).translation() != null) {
                counters.increment(Counter.PACKETS_ICMP_ABOUT_REDIRECTED);
            }
        }
    }

    private static boolean isError(PacketView view) {
        int type = view.buffer().get(view.transportOffset()) & 0xff;
        return view.kind() == PacketKind.ICMPV6 ? type < 128 : switch (type) {
            case 3, 4, 5, 11, 12 -> true; // RFC 792
            default -> false;
        };
    }

    private int quotedIpv4(PacketView view) {
        ByteBuffer buffer = view.buffer();
        int at = view.payloadOffset();
        int headerLength = view.payloadLength() < 20 ? Integer.MAX_VALUE / 2 : (buffer.get(at) & 15) * 4;
        if (headerLength + PORTS > view.payloadLength() || headerLength < 20) {
            return FlowTable.MISSING;
        }
        return find(buffer.get(at + 9), 0, IpAddress.MAPPED_PREFIX | buffer.getInt(at + 12) & 0xffff_ffffL,
                0, IpAddress.MAPPED_PREFIX | buffer.getInt(at + 16) & 0xffff_ffffL, buffer.getInt(at + headerLength));
    }

    private int quotedIpv6(PacketView view) {
        ByteBuffer buffer = view.buffer();
        int at = view.payloadOffset();
        if (view.payloadLength() < IPV6_HEADER + PORTS) {
            return FlowTable.MISSING;
        }
        return find(buffer.get(at + 6), buffer.getLong(at + 8), buffer.getLong(at + 16), buffer.getLong(at + 24), buffer.getLong(at + 32),
                buffer.getInt(at + IPV6_HEADER));
    }

    private int find(int protocol, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int ports) {
        if (protocol != Protocol.TCP.number() && protocol != Protocol.UDP.number()) {
            return FlowTable.MISSING;
        }
        return table.find(protocol, sourceHigh, sourceLow, ports >>> 16, destinationHigh, destinationLow, ports & 0xffff);
    }
}
