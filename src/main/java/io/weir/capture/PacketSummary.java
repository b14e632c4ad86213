package io.weir.capture;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.util.Locale;

/** A captured packet on one line: number, protocol, endpoints, length. */
public final class PacketSummary {

    private PacketSummary() {
    }

    /** As in {@code 3  udp  10.0.0.1:57413 -> 8.8.4.4:53, 57 bytes}. */
    public static String of(CapturedPacket packet) {
        PacketView view = new PacketView();
        PacketKind kind = view.parse(ByteBuffer.wrap(packet.bytes()), 0, packet.bytes().length);
        if (kind == PacketKind.MALFORMED) {
            return String.format(Locale.ROOT, "%6d  malformed, %d bytes", packet.number(), packet.bytes().length);
        }
        boolean ports = kind == PacketKind.TCP || kind == PacketKind.UDP;
        return String.format(Locale.ROOT, "%6d  %-8s %s -> %s, %d bytes", packet.number(), kind.name().toLowerCase(Locale.ROOT),
            endpoint(view.sourceHigh(), view.sourceLow(), ports ? view.sourcePort() : -1),
            endpoint(view.destinationHigh(), view.destinationLow(), ports ? view.destinationPort() : -1), view.length());
    }

    private static String endpoint(long high, long low, int port) {
        IpAddress address = new IpAddress(high, low);
        return port < 0 ? address.toString() : Endpoint.of(high, low, port).toString();
    }
}
