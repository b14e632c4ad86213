package io.weir.filter;

/**
 * Where a header field lies, for those that are simply some bits of one or two bytes: packed in a number, so that reading one is a load, a shift
 * and a mask instead of a choice among all fields.
 */
final class FieldPlace {
    /** No such place: the field is computed. */
    static final int NONE = 0;
    /** Set in every place, which makes it negative. */
    static final int KNOWN = 1 << 31;
    private static final int TRANSPORT = 1 << 30;
    private static final int TWO_BYTES = 1 << 29;
    private static final int SHIFT_AT = 8;

    private FieldPlace() {
    }

    static int of(Field field) {
        return switch (field) {
            case IP_TTL -> ip(8);
            case IP_TOS -> ip(1);
            case IP_PROTOCOL -> ip(9);
            case IP_LENGTH -> ip(2) | TWO_BYTES;
            case IP_ID -> ip(4) | TWO_BYTES;
            case IP_DF -> ip(6) | 6 << SHIFT_AT;
            case IP_MF -> ip(6) | 5 << SHIFT_AT;
            case IP_CHECKSUM -> ip(10) | TWO_BYTES;
            case IPV6_LENGTH -> ip(4) | TWO_BYTES;
            case IPV6_NEXT_HDR -> ip(6);
            case IPV6_HOP_LIMIT -> ip(7);
            case TCP_SRC_PORT, UDP_SRC_PORT -> transport(0) | TWO_BYTES;
            case TCP_DST_PORT, UDP_DST_PORT -> transport(2) | TWO_BYTES;
            case TCP_FIN -> transport(13);
            case TCP_SYN -> transport(13) | 1 << SHIFT_AT;
            case TCP_RST -> transport(13) | 2 << SHIFT_AT;
            case TCP_PSH -> transport(13) | 3 << SHIFT_AT;
            case TCP_ACK -> transport(13) | 4 << SHIFT_AT;
            case TCP_URG -> transport(13) | 5 << SHIFT_AT;
            case TCP_WINDOW -> transport(14) | TWO_BYTES;
            case ICMP_TYPE, ICMPV6_TYPE -> transport(0);
            case ICMP_CODE, ICMPV6_CODE -> transport(1);
            default -> NONE;
        };
    }

    private static int ip(int offset) {
        return KNOWN | offset;
    }

    private static int transport(int offset) {
        return KNOWN | TRANSPORT | offset;
    }

    /** How many bits the field has, as a mask. */
    static int mask(Field field) {
        int place = of(field);
        return (place & TWO_BYTES) != 0 ? 0xffff : field.notation() == Field.Notation.FLAG ? 1 : 0xff;
    }

    static boolean isTransport(int place) {
        return (place & TRANSPORT) != 0;
    }

    static int bytes(int place) {
        return (place & TWO_BYTES) != 0 ? 2 : 1;
    }

    static int shift(int place) {
        return place >>> SHIFT_AT & 0xf;
    }

    static int read(int place, int mask, FilterPacket packet) {
        int at = ((place & TRANSPORT) != 0 ? packet.transport : packet.offset) + (place & 0xff);
        int value = (place & TWO_BYTES) != 0 ? packet.buffer.getShort(at) : packet.buffer.get(at);
        return value >>> (place >>> SHIFT_AT & 0xf) & mask;
    }
}
