package io.weir.packet;

import io.weir.net.IpAddress;
import java.nio.ByteBuffer;

/**
 * A reusable view of one IP packet in a big-endian buffer. {@link #parse} validates once; afterwards the accessors answer from
 * fields or read unchecked. Addresses are two longs, IPv4 as ::ffff:a.b.c.d (see {@code IpAddress}). Not thread-safe.
 *
 * <p>The rules are those of WinDivert's ParsePacket: IPv4 options and the IPv6 headers hop-by-hop, routing, destination, mobility,
 * authentication and one fragment header are skipped; bytes beyond the length in the IP header are no part of the packet; a TCP data offset
 * beyond the packet is cut to it. A UDP length field between 8 and the bytes there are bounds the datagram, any other is ignored.
 *
 * <p>An IPv6 packet with an address in ::ffff:0:0/96 would look like an IPv4 flow. Such addresses never belong on a wire (RFC 4291
 * §2.5.5.2, RFC 5156 §2.2), so the packet is {@link PacketKind#OTHER} whatever it carries, and its addresses must not be used as a flow's.
 */
public final class PacketView {
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int ICMP_HEADER = 8;

    private static final int IPV4_FRAGMENT_OFFSET = 0x1fff;
    private static final int IPV4_FRAGMENT = 0x3fff; // more fragments, or an offset

    private static final int HOP_BY_HOP = 0;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ROUTING = 43;
    private static final int FRAGMENT_HEADER = 44;
    private static final int AUTHENTICATION = 51;
    private static final int ICMPV6 = 58;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;

    private ByteBuffer buffer;
    private int offset;
    private int length;
    private PacketKind kind = PacketKind.MALFORMED;
    private boolean ipv6;
    private int protocol;
    private boolean fragmented;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int transportOffset;
    private int transportLength;
    private int payloadOffset;
    private int sourcePort;
    private int destinationPort;
    private int tcpFlags;

    /** Points the view at {@code length} bytes from {@code offset} and classifies them. Total: any bytes give a kind. Reads nothing past the end. */
    public PacketKind parse(ByteBuffer buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        if (length < IPV4_HEADER || offset < 0 || offset > buffer.limit() - length) {
            return notIp();
        }
        int firstWord = buffer.getInt(offset);
        if (firstWord >>> 28 == 4) {
            return parseIpv4(firstWord);
        }
        return firstWord >>> 28 == 6 && length >= IPV6_HEADER ? parseIpv6() : notIp();
    }

    private PacketKind parseIpv4(int firstWord) {
        int headerLength = firstWord >>> 22 & 0x3c;
        int totalLength = firstWord & 0xffff;
        if (headerLength < IPV4_HEADER || totalLength < headerLength || totalLength > length) {
            return notIp();
        }
        ipv6 = false;
        length = totalLength;
        transportOffset = offset + headerLength;
        transportLength = totalLength - headerLength;
        int fragment = buffer.getShort(offset + 6) & IPV4_FRAGMENT;
        fragmented = fragment != 0;
        protocol = buffer.get(offset + 9) & 0xff;
        long addresses = buffer.getLong(offset + 12);
        sourceHigh = 0;
        sourceLow = IpAddress.MAPPED_PREFIX | addresses >>> 32;
        destinationHigh = 0;
        destinationLow = IpAddress.MAPPED_PREFIX | addresses & 0xffff_ffffL;
        return (fragment & IPV4_FRAGMENT_OFFSET) != 0 ? withoutTransport(PacketKind.FRAGMENT) : parseTransport();
    }

    private PacketKind parseIpv6() {
        int totalLength = IPV6_HEADER + (buffer.getShort(offset + 4) & 0xffff);
        if (totalLength > length) {
            return notIp();
        }
        ipv6 = true;
        length = totalLength;
        fragmented = false;
        protocol = buffer.get(offset + 6) & 0xff;
        transportOffset = offset + IPV6_HEADER;
        transportLength = totalLength - IPV6_HEADER;
        sourceHigh = buffer.getLong(offset + 8);
        sourceLow = buffer.getLong(offset + 16);
        destinationHigh = buffer.getLong(offset + 24);
        destinationLow = buffer.getLong(offset + 32);
        if (IpAddress.isIpv4(sourceHigh, sourceLow) || IpAddress.isIpv4(destinationHigh, destinationLow)) {
            return withoutTransport(PacketKind.OTHER);
        }
        return protocol == TCP || protocol == UDP ? parseTransport() : skipExtensionHeaders();
    }

    private PacketKind skipExtensionHeaders() {
        boolean fragmentHeaderSeen = false;
        while (isExtensionHeader(protocol)) {
            if (protocol == FRAGMENT_HEADER && fragmentHeaderSeen) {
                return withoutTransport(PacketKind.OTHER);
            }
            // Every extension header has at least eight bytes, so the walk is bounded by the packet's length.
            int headerLength = transportLength < 8 ? Integer.MAX_VALUE : extensionHeaderLength();
            if (headerLength > transportLength) {
                return withoutTransport(PacketKind.MALFORMED);
            }
            int header = transportOffset;
            int type = protocol;
            protocol = buffer.get(header) & 0xff;
            transportOffset += headerLength;
            transportLength -= headerLength;
            if (type == FRAGMENT_HEADER) {
                fragmentHeaderSeen = true;
                int fragment = buffer.getShort(header + 2) & 0xfff9;
                fragmented = fragment != 0;
                if (fragment > 1) {
                    return withoutTransport(PacketKind.FRAGMENT);
                }
            }
        }
        return parseTransport();
    }

    private static boolean isExtensionHeader(int nextHeader) {
        return switch (nextHeader) {
            case HOP_BY_HOP, ROUTING, FRAGMENT_HEADER, AUTHENTICATION, DESTINATION_OPTIONS, MOBILITY -> true;
            default -> false;
        };
    }

    private int extensionHeaderLength() {
        int lengthField = buffer.get(transportOffset + 1) & 0xff;
        return switch (protocol) {
            case FRAGMENT_HEADER -> 8;
            case AUTHENTICATION -> (lengthField + 2) * 4;
            default -> (lengthField + 1) * 8;
        };
    }

    private PacketKind parseTransport() {
        return switch (protocol) {
            case TCP -> parseTcp();
            case UDP -> parseUdp();
            case ICMP -> ipv6 ? withoutTransport(PacketKind.OTHER) : parseIcmp(PacketKind.ICMP);
            case ICMPV6 -> ipv6 ? parseIcmp(PacketKind.ICMPV6) : withoutTransport(PacketKind.OTHER);
            default -> withoutTransport(PacketKind.OTHER);
        };
    }

    private PacketKind parseTcp() {
        if (transportLength < TCP_HEADER) {
            return withoutTransport(PacketKind.MALFORMED);
        }
        int headerLength = buffer.get(transportOffset + 12) >>> 2 & 0x3c;
        if (headerLength < TCP_HEADER) {
            return withoutTransport(PacketKind.MALFORMED);
        }
        tcpFlags = buffer.get(transportOffset + 13) & 0xff;
        readPorts();
        payloadOffset = transportOffset + Math.min(headerLength, transportLength);
        return kind = PacketKind.TCP;
    }

    private PacketKind parseUdp() {
        if (transportLength < UDP_HEADER) {
            return withoutTransport(PacketKind.MALFORMED);
        }
        int datagramLength = buffer.getShort(transportOffset + 4) & 0xffff;
        if (datagramLength >= UDP_HEADER && datagramLength < transportLength) {
            transportLength = datagramLength;
        }
        tcpFlags = 0;
        readPorts();
        payloadOffset = transportOffset + UDP_HEADER;
        return kind = PacketKind.UDP;
    }

    private PacketKind parseIcmp(PacketKind icmp) {
        if (transportLength < ICMP_HEADER) {
            return withoutTransport(PacketKind.MALFORMED);
        }
        withoutTransport(icmp);
        payloadOffset = transportOffset + ICMP_HEADER;
        return icmp;
    }

    private void readPorts() {
        int ports = buffer.getInt(transportOffset);
        sourcePort = ports >>> 16;
        destinationPort = ports & 0xffff;
    }

    private PacketKind withoutTransport(PacketKind result) {
        sourcePort = 0;
        destinationPort = 0;
        tcpFlags = 0;
        payloadOffset = transportOffset;
        return kind = result;
    }

    private PacketKind notIp() {
        ipv6 = false;
        protocol = 0;
        fragmented = false;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        transportOffset = offset;
        transportLength = Math.max(length, 0);
        return withoutTransport(PacketKind.MALFORMED);
    }

    /** The rewriter has written these into the bytes. */
    void endpoints(long newSourceHigh, long newSourceLow, int newSourcePort,
                   long newDestinationHigh, long newDestinationLow, int newDestinationPort) {
        sourceHigh = newSourceHigh;
        sourceLow = newSourceLow;
        sourcePort = newSourcePort;
        destinationHigh = newDestinationHigh;
        destinationLow = newDestinationLow;
        destinationPort = newDestinationPort;
    }

    public PacketKind kind() {
        return kind;
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    /** Index of the first IP header byte in the buffer. */
    public int offset() {
        return offset;
    }

    /** Bytes of the packet by its IP header, at most what parse was given; what parse was given where there is no usable IP header. */
    public int length() {
        return length;
    }

    public boolean ipv6() {
        return ipv6;
    }

    /** IANA number of the transport (the last next-header value reached); 0 where there is no usable IP header. */
    public int protocol() {
        return protocol;
    }

    /** Is this any fragment, the first one (which has a transport header) included? */
    public boolean fragmented() {
        return fragmented;
    }

    /** As in the IP header: with an IPv6 routing header the destination is the next stop. All addresses are 0 where there is no usable IP header. */
    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    /** Index in the buffer of the transport header. */
    public int transportOffset() {
        return transportOffset;
    }

    /** Bytes of transport header and payload: what the transport checksum covers beside the pseudo header. */
    public int transportLength() {
        return transportLength;
    }

    /** Index in the buffer of the first byte after the transport header; the transport offset where there is none. */
    public int payloadOffset() {
        return payloadOffset;
    }

    public int payloadLength() {
        return transportOffset + transportLength - payloadOffset;
    }

    /** TCP and UDP, otherwise 0. */
    public int sourcePort() {
        return sourcePort;
    }

    /** TCP and UDP, otherwise 0. */
    public int destinationPort() {
        return destinationPort;
    }

    /** TCP: the flag byte (FIN 1, SYN 2, RST 4, PSH 8, ACK 16); otherwise 0. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** TCP only, unsigned 32 bits. */
    public long tcpSequence() {
        return buffer.getInt(transportOffset + 4) & 0xffff_ffffL;
    }

    /** TCP only, unsigned 32 bits. */
    public long tcpAcknowledgment() {
        return buffer.getInt(transportOffset + 8) & 0xffff_ffffL;
    }
}
