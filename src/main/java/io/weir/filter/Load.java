package io.weir.filter;

/**
 * How a {@link Specialised} filter gets the value of a field once the packet's headers and direction are known. Every header field but three lies in
 * one word of 32 bits, so that a load, a shift and a mask read it.
 *
 * @param place offset of the word in the IP header, with {@link #TRANSPORT} in the header after it; or one of the negative places
 */
record Load(int place, int shift, int mask) {
    static final int TRANSPORT = 1 << 8;
    static final int PAYLOAD_LENGTH = -1;
    static final int LENGTH = -2;
    static final int PROTOCOL = -3;
    /** The value itself is {@link #mask}. */
    static final int CONSTANT = -4;
    /** Test {@code GENERAL - place} of the filter, done by the evaluator; the value is 1 if it holds. */
    static final int GENERAL = -5;

    private static final int DIRECTION = 1 << 8;

    /** @param facts as {@link Evaluator#facts} has them */
    static Load of(Field field, int test, int facts) {
        boolean ipv4 = (facts & FilterPacket.IP) != 0;
        boolean outbound = (facts & DIRECTION) != 0;
        int fact = Evaluator.factBit(field);
        if (fact != 0) {
            return constant((facts & fact) != 0 ? 1 : 0);
        }
        return switch (field) {
            case ZERO -> constant(0);
            case LENGTH -> new Load(LENGTH, 0, -1);
            case TCP_PAYLOAD_LENGTH, UDP_PAYLOAD_LENGTH -> new Load(PAYLOAD_LENGTH, 0, -1);
            case PROTOCOL -> protocol(facts);
            case LOCAL_PORT -> port(facts, outbound);
            case REMOTE_PORT -> port(facts, !outbound);
            case IP_SRC_ADDR -> bits(12, 4, 0, -1);
            case IP_DST_ADDR -> bits(16, 4, 0, -1);
            case LOCAL_ADDR -> ipv4 ? bits(outbound ? 12 : 16, 4, 0, -1) : general(test);
            case REMOTE_ADDR -> ipv4 ? bits(outbound ? 16 : 12, 4, 0, -1) : general(test);
            case IP_HDR_LENGTH -> bits(0, 1, 0, 15);
            case IP_FRAG_OFF -> bits(6, 2, 0, 0x1fff);
            case IPV6_TRAFFIC_CLASS -> bits(0, 2, 4, 0xff);
            case ICMP_CHECKSUM, ICMPV6_CHECKSUM -> bits(TRANSPORT + 2, 2, 0, 0xffff);
            case ICMP_BODY, ICMPV6_BODY, TCP_SEQ_NUM -> bits(TRANSPORT + 4, 4, 0, -1);
            case UDP_LENGTH -> bits(TRANSPORT + 4, 2, 0, 0xffff);
            case UDP_CHECKSUM -> bits(TRANSPORT + 6, 2, 0, 0xffff);
            case TCP_ACK_NUM -> bits(TRANSPORT + 8, 4, 0, -1);
            case TCP_HDR_LENGTH -> bits(TRANSPORT + 12, 1, 4, 15);
            case TCP_CHECKSUM -> bits(TRANSPORT + 16, 2, 0, 0xffff);
            case TCP_URG_PTR -> bits(TRANSPORT + 18, 2, 0, 0xffff);
            default -> FieldPlace.of(field) == FieldPlace.NONE ? general(test) : known(FieldPlace.of(field), FieldPlace.mask(field));
        };
    }

    private static Load known(int place, int mask) {
        return bits((place & 0xff) + (FieldPlace.isTransport(place) ? TRANSPORT : 0), FieldPlace.bytes(place), FieldPlace.shift(place), mask);
    }

    /** Some bits of {@code bytes} bytes that do not cross a multiple of four. */
    private static Load bits(int place, int bytes, int shift, int mask) {
        return new Load(place & ~3, (4 - (place & 3) - bytes) * 8 + shift, mask);
    }

    private static Load constant(int value) {
        return new Load(CONSTANT, 0, value);
    }

    private static Load general(int test) {
        return new Load(GENERAL - test, 0, 1);
    }

    private static Load protocol(int facts) {
        return switch (facts & (FilterPacket.TCP | FilterPacket.UDP | FilterPacket.ICMP | FilterPacket.ICMPV6)) {
            case FilterPacket.TCP -> constant(6);
            case FilterPacket.UDP -> constant(17);
            case FilterPacket.ICMP -> constant(1);
            case FilterPacket.ICMPV6 -> constant(58);
            default -> new Load(PROTOCOL, 0, -1);
        };
    }

    private static Load port(int facts, boolean source) {
        if ((facts & (FilterPacket.TCP | FilterPacket.UDP)) != 0) {
            return bits(TRANSPORT + (source ? 0 : 2), 2, 0, 0xffff);
        }
        boolean icmp = (facts & (FilterPacket.ICMP | FilterPacket.ICMPV6)) != 0;
        return icmp && source ? bits(TRANSPORT, 1, 0, 0xff) : constant(0);
    }

    boolean isGeneral() {
        return place <= GENERAL;
    }

    boolean isConstant() {
        return place == CONSTANT;
    }

    long highest() {
        return mask & 0xffff_ffffL;
    }
}
