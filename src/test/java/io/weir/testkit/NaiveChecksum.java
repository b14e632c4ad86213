package io.weir.testkit;

/** The Internet checksum as RFC 1071 tells it, byte pair by byte pair; shares nothing with the product so that it can contradict it. */
final class NaiveChecksum {

    private NaiveChecksum() {
    }

    /** The one's complement sum of the bytes, folded to 16 bits, on top of {@code start}. */
    static int sum(byte[] bytes, int from, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            sum += (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    /** Of a whole IP packet's pseudo header: the addresses of the header, protocol and length of the transport. */
    static int pseudoHeader(byte[] packet, int protocol, int transportLength) {
        boolean ipv6 = packet[0] >>> 4 == 6;
        byte[] numbers = {0, (byte) protocol, (byte) (transportLength >>> 8), (byte) transportLength};
        return sum(numbers, 0, 4, sum(packet, ipv6 ? 8 : 12, ipv6 ? 32 : 8, 0));
    }
}
