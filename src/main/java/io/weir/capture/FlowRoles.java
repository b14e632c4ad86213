package io.weir.capture;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which way did a captured packet go? In this order: by the machine's addresses where they are given, by what the file says of the packet, by
 * whom the flow's first SYN, or else its first packet, came from: that end is taken for the application, and what it sends is outbound.
 * Packets without ports follow the first flow between their addresses. Remembers the latest {@value #LIMIT} flows.
 */
final class FlowRoles {
    static final int LIMIT = 1 << 17;
    private static final int SYN = 2;
    private static final int ACK = 16;

    /** Both directions of a flow, and with ports 0 of all there is between two addresses. */
    private record Pair(int protocol, Endpoint lower, Endpoint higher) {
    }

    private final AddressSet local;
    private final Map<Pair, Endpoint> applications = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Pair, Endpoint> eldest) {
            return size() > LIMIT;
        }
    };

    /** @param local the machine's own addresses; empty: not known */
    FlowRoles(AddressSet local) {
        this.local = local;
    }

    boolean outbound(PacketView packet, Direction stated) {
        if (local.contains(packet.sourceHigh(), packet.sourceLow())) {
            return true;
        }
        if (local.contains(packet.destinationHigh(), packet.destinationLow())) {
            return false;
        }
        return stated == Direction.UNKNOWN ? guess(packet) : stated == Direction.OUTBOUND;
    }

    private boolean guess(PacketView packet) {
        boolean ported = packet.kind() == PacketKind.TCP || packet.kind() == PacketKind.UDP;
        Endpoint source = new Endpoint(new IpAddress(packet.sourceHigh(), packet.sourceLow()), packet.sourcePort());
        Endpoint destination = new Endpoint(new IpAddress(packet.destinationHigh(), packet.destinationLow()), packet.destinationPort());
        Endpoint application = ported ? application(packet, source, destination) : null;
        Endpoint sourceHost = new Endpoint(source.address(), 0);
        Endpoint destinationHost = new Endpoint(destination.address(), 0);
        Endpoint host = applications.computeIfAbsent(pair(-1, sourceHost, destinationHost),
                absent -> destination.equals(application) ? destinationHost : sourceHost);
        return application != null ? application.equals(source) : host.equals(sourceHost);
    }

    private Endpoint application(PacketView packet, Endpoint source, Endpoint destination) {
        Pair pair = pair(packet.protocol(), source, destination);
        int handshake = packet.tcpFlags() & (SYN | ACK);
        if (handshake == SYN) {
            applications.put(pair, source);
            return source;
        }
        return applications.computeIfAbsent(pair, absent -> handshake == (SYN | ACK) ? destination : source);
    }

    private static Pair pair(int protocol, Endpoint one, Endpoint other) {
        int order = one.address().compareTo(other.address());
        boolean oneLower = order != 0 ? order < 0 : one.port() <= other.port();
        return oneLower ? new Pair(protocol, one, other) : new Pair(protocol, other, one);
    }
}
