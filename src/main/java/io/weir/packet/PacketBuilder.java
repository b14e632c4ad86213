package io.weir.packet;

import io.weir.net.IpAddress;
import java.nio.ByteBuffer;

/**
 * Builds whole packets into a caller's big-endian buffer, checksums right; each method returns the packet's length in bytes, or 0 when there is
 * nothing to build: no answer is due, the endpoints are of two families, or the packet is too long for its header fields or for what is
 * left of {@code out}. Allocates nothing.
 */
public final class PacketBuilder {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ICMP_HEADER = 8;
    /** RFC 1812 §4.3.2.3: an ICMP error quotes as much as fits a datagram of 576 bytes. */
    private static final int ICMP_ERROR_LIMIT = 576;
    /** RFC 4443 §2.4 (c): an ICMPv6 error does not exceed the minimum IPv6 MTU. */
    private static final int ICMPV6_ERROR_LIMIT = 1280;
    private static final int HOP_LIMIT = 64;
    /** RFC 1812 §4.3.2.5: precedence of ICMP errors. */
    private static final int INTERNETWORK_CONTROL = 0xc0;
    private static final int DONT_FRAGMENT = 0x4000;

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private static final int RST = 4;
    private static final int ACK = 16;

    private PacketBuilder() {
    }

    /**
     * The RST (RFC 9293 §3.5.2) that answers {@code cause} as if its destination had sent it. Written at {@code at}.
     *
     * @return its length; 0 also if {@code cause} is not TCP or is a RST itself
     */
    public static int tcpReset(PacketView cause, ByteBuffer out, int at) {
        int flags = cause.tcpFlags();
        if (cause.kind() != PacketKind.TCP || (flags & RST) != 0) {
            return 0;
        }
        boolean acknowledged = (flags & ACK) != 0;
        int segmentLength = cause.payloadLength() + (flags >>> 1 & 1) + (flags & 1); // SYN and FIN count;
        long sequence = acknowledged ? cause.tcpAcknowledgment() : 0;
        long acknowledgment = acknowledged ? 0 : cause.tcpSequence() + segmentLength;
        return tcpReset(cause.destinationHigh(), cause.destinationLow(), cause.destinationPort(),
                cause.sourceHigh(), cause.sourceLow(), cause.sourcePort(), sequence, acknowledgment, !acknowledged, out, at);
    }

    /** A RST with the given sequence and acknowledgment numbers (ACK flag set when {@code acknowledge}) between the given endpoints. */
    public static int tcpReset(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort,
                               long sequence, long acknowledgment, boolean acknowledge, ByteBuffer out, int at) {
        int tcp = ipHeader(sourceHigh, sourceLow, destinationHigh, destinationLow, TCP, 0, DONT_FRAGMENT, TCP_HEADER, out, at);
        if (tcp < 0) {
            return 0;
        }
        out.putInt(tcp, sourcePort << 16 | destinationPort);
        out.putInt(tcp + 4, (int) sequence);
        out.putInt(tcp + 8, acknowledge ? (int) acknowledgment : 0);
        out.putInt(tcp + 12, TCP_HEADER << 26 | (acknowledge ? RST | ACK : RST) << 16);
        out.putInt(tcp + 16, 0);
        long pseudoHeader = Checksum.pseudoHeaderSum(sourceHigh, sourceLow, destinationHigh, destinationLow, TCP, TCP_HEADER);
        out.putShort(tcp + 16, (short) Checksum.finish(pseudoHeader + Checksum.sum(out, tcp, TCP_HEADER)));
        return tcp + TCP_HEADER - at;
    }

    /**
     * ICMP / ICMPv6 destination unreachable quoting {@code cause}, from its destination to its source.
     *
     * @param code see {@link Unreachable}
     * @return its length; 0 also where RFC 1122 §3.2.2 or RFC 4443 §2.4 (e) forbid an error: about a later fragment, an ICMP message that is not a
     *         query, or a packet that goes to many or comes from none
     */
    public static int unreachable(PacketView cause, Unreachable code, ByteBuffer out, int at) {
        if (!deservesError(cause)) {
            return 0;
        }
        boolean ipv6 = cause.ipv6();
        int room = ipv6 ? ICMPV6_ERROR_LIMIT - IPV6_HEADER - ICMP_HEADER : ICMP_ERROR_LIMIT - IPV4_HEADER - ICMP_HEADER;
        int quoted = Math.min(cause.length(), room);
        int icmpLength = ICMP_HEADER + quoted;
        int icmp = ipHeader(cause.destinationHigh(), cause.destinationLow(), cause.sourceHigh(), cause.sourceLow(),
                ipv6 ? ICMPV6 : ICMP, INTERNETWORK_CONTROL, DONT_FRAGMENT, icmpLength, out, at);
        if (icmp < 0) {
            return 0;
        }
        int typeAndCode = ipv6 ? 1 << 8 | code.icmpv6Code() : 3 << 8 | code.icmpCode();
        out.putInt(icmp, typeAndCode << 16);
        out.putInt(icmp + 4, 0);
        out.put(icmp + ICMP_HEADER, cause.buffer(), cause.offset(), quoted);
        long pseudoHeader = ipv6 ? Checksum.pseudoHeaderSum(cause.destinationHigh(), cause.destinationLow(),
                cause.sourceHigh(), cause.sourceLow(), ICMPV6, icmpLength) : 0;
        out.putShort(icmp + 2, (short) Checksum.finish(pseudoHeader + Checksum.sum(out, icmp, icmpLength)));
        return icmp + icmpLength - at;
    }

    private static boolean deservesError(PacketView cause) {
        boolean kindDeserves = switch (cause.kind()) {
            case TCP, UDP, OTHER -> true;
            case ICMP -> isQuery(cause.buffer().get(cause.transportOffset()));
            case ICMPV6 -> isInformational(cause.buffer().get(cause.transportOffset()));
            case FRAGMENT, MALFORMED -> false;
        };
        return kindDeserves && isHost(cause.ipv6(), cause.sourceHigh(), cause.sourceLow())
                && isHost(cause.ipv6(), cause.destinationHigh(), cause.destinationLow());
    }

    private static boolean isQuery(int icmpType) {
        return switch (icmpType) {
            case 8, 13, 15, 17 -> true; // echo, timestamp, information, address mask
            default -> false;
        };
    }

    private static boolean isInformational(int icmpv6Type) {
        return icmpv6Type < 0 && (icmpv6Type & 0xff) != 137; // 128 and above, but not a redirect
    }

    /** Is this one host's address: neither unspecified nor multicast nor broadcast nor an IPv4 address in an IPv6 header? */
    private static boolean isHost(boolean ipv6, long high, long low) {
        if (ipv6) {
            return high >>> 56 != 0xff && (high | low) != 0 && !IpAddress.isIpv4(high, low);
        }
        int firstByte = (int) low >>> 24;
        return firstByte != 0 && firstByte < 224;
    }

    /**
     * A UDP datagram between the given endpoints around {@code payloadLength} bytes of {@code payload} from {@code payloadAt}. At most 65507 bytes
     * over IPv4 and 65527 over IPv6; it may be fragmented on its way (no DF).
     */
    public static int udp(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort,
                          ByteBuffer payload, int payloadAt, int payloadLength, ByteBuffer out, int at) {
        int udpLength = UDP_HEADER + payloadLength;
        int udp = ipHeader(sourceHigh, sourceLow, destinationHigh, destinationLow, UDP, 0, 0, udpLength, out, at);
        if (udp < 0) {
            return 0;
        }
        out.put(udp + UDP_HEADER, payload, payloadAt, payloadLength);
        out.putInt(udp, sourcePort << 16 | destinationPort);
        out.putInt(udp + 4, udpLength << 16);
        long pseudoHeader = Checksum.pseudoHeaderSum(sourceHigh, sourceLow, destinationHigh, destinationLow, UDP, udpLength);
        int checksum = Checksum.finish(pseudoHeader + Checksum.sum(out, udp, udpLength));
        out.putShort(udp + 6, (short) (checksum == 0 ? 0xffff : checksum));
        return udp + udpLength - at;
    }

    /** @return index in {@code out} of what follows the header, -1 if the packet cannot be built */
    private static int ipHeader(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol, int trafficClass,
                                int ipv4Fragment, int transportLength, ByteBuffer out, int at) {
        boolean ipv4 = IpAddress.isIpv4(sourceHigh, sourceLow);
        int headerLength = ipv4 ? IPV4_HEADER : IPV6_HEADER;
        int limit = ipv4 ? 0xffff - IPV4_HEADER : 0xffff;
        if (ipv4 != IpAddress.isIpv4(destinationHigh, destinationLow) || transportLength < 0 || transportLength > limit
                || out.limit() - at < headerLength + transportLength) {
            return -1;
        }
        if (ipv4) {
            out.putInt(at, 0x45 << 24 | trafficClass << 16 | headerLength + transportLength);
            out.putInt(at + 4, ipv4Fragment);
            out.putInt(at + 8, HOP_LIMIT << 24 | protocol << 16);
            out.putLong(at + 12, sourceLow << 32 | destinationLow & 0xffff_ffffL);
            out.putShort(at + 10, (short) Checksum.finish(Checksum.sum(out, at, IPV4_HEADER)));
        } else {
            out.putInt(at, 6 << 28 | trafficClass << 20);
            out.putInt(at + 4, transportLength << 16 | protocol << 8 | HOP_LIMIT);
            out.putLong(at + 8, sourceHigh);
            out.putLong(at + 16, sourceLow);
            out.putLong(at + 24, destinationHigh);
            out.putLong(at + 32, destinationLow);
        }
        return at + headerLength;
    }
}
