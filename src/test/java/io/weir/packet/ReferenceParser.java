package io.weir.packet;

import java.util.Set;

/** The rules of WinDivert's ParsePacket told a second time, slowly, over a byte array: what {@link PacketView} must agree with on any bytes. */
final class ReferenceParser {
    private static final Set<Integer> EXTENSIONS = Set.of(0, 43, 44, 51, 60, 135);

    private final byte[] bytes;
    private final int given;
    PacketKind kind;
    int length;
    int protocol;
    int transport;
    int payload;
    int end;
    boolean fragmented;

    ReferenceParser(byte[] bytes) {
        this.bytes = bytes;
        given = bytes.length;
        length = given;
        end = given;
        kind = classify();
    }

    private int at(int index) {
        return bytes[index] & 0xff;
    }

    private int twoAt(int index) {
        return at(index) << 8 | at(index + 1);
    }

    private PacketKind classify() {
        if (given < 20) {
            return PacketKind.MALFORMED;
        }
        int version = at(0) / 16;
        return version == 4 ? classifyIpv4() : version == 6 && given >= 40 ? classifyIpv6() : PacketKind.MALFORMED;
    }

    private PacketKind classifyIpv4() {
        int headerLength = at(0) % 16 * 4;
        int total = twoAt(2);
        if (headerLength < 20 || total < headerLength || total > given) {
            return PacketKind.MALFORMED;
        }
        length = total;
        end = total;
        protocol = at(9);
        transport = headerLength;
        payload = headerLength;
        boolean more = (at(6) & 0x20) != 0;
        int fragmentOffset = twoAt(6) % 0x2000;
        fragmented = more || fragmentOffset > 0;
        return fragmentOffset > 0 ? PacketKind.FRAGMENT : classifyTransport(4);
    }

    private PacketKind classifyIpv6() {
        int total = 40 + twoAt(4);
        if (total > given) {
            return PacketKind.MALFORMED;
        }
        length = total;
        end = total;
        protocol = at(6);
        transport = 40;
        payload = 40;
        if (mapped(8) || mapped(24)) {
            return PacketKind.OTHER;
        }
        int fragmentHeaders = 0;
        while (EXTENSIONS.contains(protocol)) {
            if (protocol == 44 && ++fragmentHeaders == 2) {
                return PacketKind.OTHER;
            }
            if (end - transport < 8) {
                return PacketKind.MALFORMED;
            }
            int size = protocol == 44 ? 8 : protocol == 51 ? 4 * (at(transport + 1) + 2) : 8 * (at(transport + 1) + 1);
            if (transport + size > end) {
                return PacketKind.MALFORMED;
            }
            boolean fragmentHeader = protocol == 44;
            int field = twoAt(transport + 2);
            protocol = at(transport);
            transport += size;
            payload = transport;
            if (fragmentHeader) {
                fragmented = field / 8 > 0 || field % 2 == 1;
                if (field / 8 > 0) {
                    return PacketKind.FRAGMENT;
                }
            }
        }
        return classifyTransport(6);
    }

    private boolean mapped(int from) {
        for (int i = 0; i < 10; i++) {
            if (bytes[from + i] != 0) {
                return false;
            }
        }
        return twoAt(from + 10) == 0xffff;
    }

    private PacketKind classifyTransport(int version) {
        int available = end - transport;
        if (protocol == 6) {
            if (available < 20 || at(transport + 12) / 16 < 5) {
                return PacketKind.MALFORMED;
            }
            payload = Math.min(transport + at(transport + 12) / 16 * 4, end);
            return PacketKind.TCP;
        }
        if (protocol == 17) {
            if (available < 8) {
                return PacketKind.MALFORMED;
            }
            int stated = twoAt(transport + 4);
            end = stated >= 8 && stated <= available ? transport + stated : end;
            payload = transport + 8;
            return PacketKind.UDP;
        }
        boolean icmp = protocol == 1 && version == 4;
        if (icmp || protocol == 58 && version == 6) {
            if (available < 8) {
                return PacketKind.MALFORMED;
            }
            payload = transport + 8;
            return icmp ? PacketKind.ICMP : PacketKind.ICMPV6;
        }
        return PacketKind.OTHER;
    }
}
