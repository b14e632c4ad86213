package io.weir.capture;

/** Finds the IP packet inside a captured frame (link types of tcpdump.org/linktypes.html). */
final class LinkLayer {
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int RAW_BSD = 12;
    private static final int RAW_OPENBSD = 14;
    static final int RAW = 101;
    private static final int LOOP = 108;
    private static final int LINUX_SLL = 113;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int LINUX_SLL2 = 276;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int VLAN = 0x8100;
    private static final int SERVICE_VLAN = 0x88a8;
    private static final int OLD_SERVICE_VLAN = 0x9100;
    private static final int SLL_OUTGOING = 4;

    private LinkLayer() {
    }

    static boolean isKnown(int linkType) {
        return switch (linkType) {
            case NULL, ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, LOOP, LINUX_SLL, IPV4, IPV6, LINUX_SLL2 -> true;
            default -> false;
        };
    }

    static String unknown(int linkType) {
        return "link type " + linkType + " is not known; known are"
                + " NULL 0, ETHERNET 1, RAW 101, LOOP 108, LINUX_SLL 113, IPV4 228, IPV6 229, LINUX_SLL2 276";
    }

    /** Index of the IP header in a frame, -1 if it holds no IP packet. */
    static int ipOffset(int linkType, byte[] frame) {
        return switch (linkType) {
            case NULL, LOOP -> frame.length > 4 && isIpFamily(frame) ? 4 : -1;
            case ETHERNET -> afterEthertype(frame, 12, 14);
            case LINUX_SLL -> afterEthertype(frame, 14, 16);
            case LINUX_SLL2 -> afterEthertype(frame, 0, 20);
            default -> 0;
        };
    }

    /** What the link-layer header itself says: only the Linux "cooked" ones tell. */
    static Direction direction(int linkType, byte[] frame) {
        int packetType = linkType == LINUX_SLL && frame.length >= 16 ? twoBytes(frame, 0) : linkType == LINUX_SLL2 && frame.length >= 20
                ? frame[10] : -1;
        return packetType == SLL_OUTGOING ? Direction.OUTBOUND : packetType == 0 ? Direction.INBOUND : Direction.UNKNOWN;
    }

    private static int afterEthertype(byte[] frame, int typeAt, int payloadAt) {
        int at = typeAt;
        int next = payloadAt;
        while (next <= frame.length) {
            int type = twoBytes(frame, at);
            if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6) {
                return next;
            }
            if (type != VLAN && type != SERVICE_VLAN && type != OLD_SERVICE_VLAN) {
                return -1;
            }
            at = next + 2; // a tag: two bytes of priority and VLAN, then the type of what follows
            next += 4;
        }
        return -1;
    }

    /** The four-byte address family is in the byte order of the machine that captured; AF_INET is 2 everywhere, AF_INET6 differs. */
    private static boolean isIpFamily(byte[] frame) {
        int family = twoBytes(frame, 0) == 0 ? twoBytes(frame, 2) : frame[0] & 0xff | (frame[1] & 0xff) << 8;
        return switch (family) {
            case 2, 10, 23, 24, 28, 30 -> true;
            default -> false;
        };
    }

    private static int twoBytes(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
