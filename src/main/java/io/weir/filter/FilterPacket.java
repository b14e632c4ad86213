package io.weir.filter;

import java.nio.ByteBuffer;

/**
 * What the evaluator sees of a packet: the headers WinDivert's own parser finds (windivert.md §1.9), which is laxer than {@code PacketView}:
 * a cut packet still has the headers that are whole. Reusable, reads nothing past the end, not thread-safe.
 */
public final class FilterPacket {
    static final int IP = 1;
    static final int IPV6 = 1 << 1;
    static final int ICMP = 1 << 2;
    static final int ICMPV6 = 1 << 3;
    static final int TCP = 1 << 4;
    static final int UDP = 1 << 5;

    private static final int IPV6_HEADER = 40;

    ByteBuffer buffer;
    int headers;
    int offset;
    /** Bytes given, trailing ones included: what the field {@code length} means. */
    int givenLength;
    int transport;
    int payload;
    int payloadLength;
    int protocol;
    boolean fragment;

    private int remaining;
    private int fragmentOffset;

    /** @return false when WinDivert would not evaluate a filter on these bytes at all */
    public boolean parse(ByteBuffer packet, int at, int length) {
        buffer = packet;
        offset = at;
        givenLength = length;
        headers = 0;
        fragment = false;
        fragmentOffset = 0;
        if (length < 20) {
            return false;
        }
        int version = packet.get(at) >>> 4 & 15;
        boolean understood = version == 4 ? ipv4() : version == 6 && length >= IPV6_HEADER && ipv6();
        if (understood && fragmentOffset == 0) {
            transport();
        }
        payloadLength = remaining;
        return understood;
    }

    private boolean ipv4() {
        int headerLength = (buffer.get(offset) & 15) * 4;
        int totalLength = buffer.getShort(offset + 2) & 0xffff;
        if (headerLength < 20 || totalLength < headerLength || givenLength < headerLength) {
            return false;
        }
        headers = IP;
        protocol = buffer.get(offset + 9) & 0xff;
        int fragmentBits = buffer.getShort(offset + 6);
        fragmentOffset = fragmentBits & 0x1fff;
        fragment = (fragmentBits & 0x3fff) != 0;
        transport = payload = offset + headerLength;
        remaining = Math.min(totalLength, givenLength) - headerLength;
        return true;
    }

    private boolean ipv6() {
        headers = IPV6;
        protocol = buffer.get(offset + 6) & 0xff;
        int totalLength = IPV6_HEADER + (buffer.getShort(offset + 4) & 0xffff);
        transport = payload = offset + IPV6_HEADER;
        remaining = Math.min(totalLength, givenLength) - IPV6_HEADER;
        while (fragmentOffset == 0 && remaining >= 2) {
            int headerLength = extensionLength();
            if (headerLength < 0 || headerLength > remaining) {
                break;
            }
            if (protocol == 44) {
                fragment = true;
                fragmentOffset = buffer.getShort(payload + 2) & 0xfff8;
            }
            protocol = buffer.get(payload) & 0xff;
            payload += headerLength;
            remaining -= headerLength;
        }
        transport = payload;
        return true;
    }

    private int extensionLength() {
        int field = buffer.get(payload + 1) & 0xff;
        return switch (protocol) {
            case 0, 43, 60, 135 -> (field + 1) * 8;
            case 51 -> (field + 2) * 4;
            case 44 -> fragment ? -1 : 8;
            default -> -1;
        };
    }

    private void transport() {
        int headerLength;
        if (protocol == 6 && remaining >= 20 && (buffer.get(payload + 12) >>> 4 & 15) >= 5) {
            headers |= TCP;
            headerLength = Math.min((buffer.get(payload + 12) >>> 4 & 15) * 4, remaining);
        } else if (protocol == 17 && remaining >= 8) {
            headers |= UDP;
            headerLength = 8;
        } else if (protocol == 1 && (headers & IP) != 0 && remaining >= 8) {
            headers |= ICMP;
            headerLength = 8;
        } else if (protocol == 58 && (headers & IPV6) != 0 && remaining >= 8) {
            headers |= ICMPV6;
            headerLength = 8;
        } else {
            return;
        }
        payload += headerLength;
        remaining -= headerLength;
    }

    boolean has(int header) {
        return (headers & header) != 0;
    }
}
