package io.weir.filter;

import java.nio.ByteBuffer;

/** Reads the fields of at most 32 bits; the header of the field is known to be there. */
final class FieldValues {

    private FieldValues() {
    }

    static int of(Field field, FilterPacket packet, AddressData address, Layer layer) {
        return switch (field) {
            case INBOUND -> bit(!address.outbound);
            case OUTBOUND -> bit(address.outbound);
            case IF_IDX -> address.interfaceIndex;
            case SUB_IF_IDX -> address.subInterfaceIndex;
            case LOOPBACK -> bit(address.loopback);
            case IMPOSTOR -> bit(address.impostor);
            case EVENT -> address.event;
            case PROCESS_ID -> address.processId;
            case LAYER -> address.handleLayer;
            case IP, IPV6, ICMP, ICMPV6, TCP, UDP, PROTOCOL, LOCAL_PORT, REMOTE_PORT ->
                layer.carriesPackets() ? ofPacket(field, packet, address) : ofEvent(field, address);
            case LENGTH -> packet.givenLength;
            case FRAGMENT -> bit(packet.fragment);
            case RANDOM8 -> (int) (random(packet, address) >>> 48) & 0xff;
            case RANDOM16 -> (int) (random(packet, address) >>> 32) & 0xffff;
            case RANDOM32 -> (int) random(packet, address);
            case ZERO -> 0;
            default -> ofHeader(field, packet);
        };
    }

    private static int bit(boolean set) {
        return set ? 1 : 0;
    }

    private static long random(FilterPacket packet, AddressData address) {
        return PacketHash.hash(packet, address.timestamp);
    }

    private static int ofPacket(Field field, FilterPacket packet, AddressData address) {
        return switch (field) {
            case IP -> bit(packet.has(FilterPacket.IP));
            case IPV6 -> bit(packet.has(FilterPacket.IPV6));
            case ICMP -> bit(packet.has(FilterPacket.ICMP));
            case ICMPV6 -> bit(packet.has(FilterPacket.ICMPV6));
            case TCP -> bit(packet.has(FilterPacket.TCP));
            case UDP -> bit(packet.has(FilterPacket.UDP));
            case PROTOCOL -> packet.protocol;
            default -> port(packet, address.outbound == (field == Field.LOCAL_PORT));
        };
    }

    /** The source's or destination's port; the ICMP type stands in for the sender's. */
    private static int port(FilterPacket packet, boolean source) {
        if ((packet.headers & (FilterPacket.TCP | FilterPacket.UDP)) != 0) {
            return packet.buffer.getShort(packet.transport + (source ? 0 : 2)) & 0xffff;
        }
        boolean icmp = (packet.headers & (FilterPacket.ICMP | FilterPacket.ICMPV6)) != 0;
        return icmp && source ? packet.buffer.get(packet.transport) & 0xff : 0;
    }

    /** The ip and ipv6 fields are always 0 here: WinDivert's bug. */
    private static int ofEvent(Field field, AddressData address) {
        return switch (field) {
            case ICMP -> bit(!address.ipv6 && address.protocol == 1);
            case ICMPV6 -> bit(address.ipv6 && address.protocol == 58);
            case TCP -> bit(address.protocol == 6);
            case UDP -> bit(address.protocol == 17);
            case PROTOCOL -> address.protocol;
            case LOCAL_PORT -> address.localPort;
            case REMOTE_PORT -> address.remotePort;
            default -> 0;
        };
    }

    private static int ofHeader(Field field, FilterPacket packet) {
        ByteBuffer bytes = packet.buffer;
        int ip = packet.offset;
        int transport = packet.transport;
        return switch (field) {
            case IP_HDR_LENGTH -> bytes.get(ip) & 15;
            case IP_TOS -> bytes.get(ip + 1) & 0xff;
            case IP_LENGTH -> bytes.getShort(ip + 2) & 0xffff;
            case IP_ID -> bytes.getShort(ip + 4) & 0xffff;
            case IP_DF -> bytes.get(ip + 6) >>> 6 & 1;
            case IP_MF -> bytes.get(ip + 6) >>> 5 & 1;
            case IP_FRAG_OFF -> bytes.getShort(ip + 6) & 0x1fff;
            case IP_TTL -> bytes.get(ip + 8) & 0xff;
            case IP_PROTOCOL -> bytes.get(ip + 9) & 0xff;
            case IP_CHECKSUM -> bytes.getShort(ip + 10) & 0xffff;
            case IPV6_TRAFFIC_CLASS -> bytes.getShort(ip) >>> 4 & 0xff;
            case IPV6_FLOW_LABEL -> scrambledFlowLabel(bytes, ip);
            case IPV6_LENGTH -> bytes.getShort(ip + 4) & 0xffff;
            case IPV6_NEXT_HDR -> bytes.get(ip + 6) & 0xff;
            case IPV6_HOP_LIMIT -> bytes.get(ip + 7) & 0xff;
            case ICMP_TYPE, ICMPV6_TYPE -> bytes.get(transport) & 0xff;
            case ICMP_CODE, ICMPV6_CODE -> bytes.get(transport + 1) & 0xff;
            case ICMP_CHECKSUM, ICMPV6_CHECKSUM -> bytes.getShort(transport + 2) & 0xffff;
            case ICMP_BODY, ICMPV6_BODY -> bytes.getInt(transport + 4);
            case TCP_SRC_PORT, UDP_SRC_PORT -> bytes.getShort(transport) & 0xffff;
            case TCP_DST_PORT, UDP_DST_PORT -> bytes.getShort(transport + 2) & 0xffff;
            case UDP_LENGTH -> bytes.getShort(transport + 4) & 0xffff;
            case UDP_CHECKSUM -> bytes.getShort(transport + 6) & 0xffff;
            case TCP_PAYLOAD_LENGTH, UDP_PAYLOAD_LENGTH -> packet.payloadLength;
            case TCP_SEQ_NUM -> bytes.getInt(transport + 4);
            case TCP_ACK_NUM -> bytes.getInt(transport + 8);
            case TCP_HDR_LENGTH -> bytes.get(transport + 12) >>> 4 & 15;
            case TCP_FIN -> bytes.get(transport + 13) & 1;
            case TCP_SYN -> bytes.get(transport + 13) >>> 1 & 1;
            case TCP_RST -> bytes.get(transport + 13) >>> 2 & 1;
            case TCP_PSH -> bytes.get(transport + 13) >>> 3 & 1;
            case TCP_ACK -> bytes.get(transport + 13) >>> 4 & 1;
            case TCP_URG -> bytes.get(transport + 13) >>> 5 & 1;
            case TCP_WINDOW -> bytes.getShort(transport + 14) & 0xffff;
            case TCP_CHECKSUM -> bytes.getShort(transport + 16) & 0xffff;
            case TCP_URG_PTR -> bytes.getShort(transport + 18) & 0xffff;
            default -> 0;
        };
    }

    /** 2.2.2 reads the label's bytes in the wrong order: b2, b3, the four top bits, 0. */
    private static int scrambledFlowLabel(ByteBuffer bytes, int ip) {
        return bytes.getShort(ip + 2) << 16 | (bytes.get(ip + 1) & 15) << 8;
    }
}
