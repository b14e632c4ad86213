package io.weir.alternatives;

import java.nio.ByteBuffer;

/**
 * The least that any redirector does to an IPv4 segment: new addresses and ports at known places, both sums updated. Nothing is checked, looked up,
 * followed or counted: a floor, not a rival.
 */
public final class BareRewrite {

    private BareRewrite() {
    }

    public static void rewrite(ByteBuffer packet, int at, long addresses, int ports) {
        long addressesBefore = packet.getLong(at + 12);
        int portsBefore = packet.getInt(at + 20);
        packet.putLong(at + 12, addresses);
        packet.putInt(at + 20, ports);
        long change = words(addresses) - words(addressesBefore);
        update(packet, at + 10, change);
        update(packet, at + 36, change + (ports >>> 16) + (ports & 0xffff) - (portsBefore >>> 16) - (portsBefore & 0xffff));
    }

    private static long words(long value) {
        return (value >>> 48) + (value >>> 32 & 0xffff) + (value >>> 16 & 0xffff) + (value & 0xffff);
    }

    private static void update(ByteBuffer packet, int at, long change) {
        long sum = (~packet.getShort(at) & 0xffff) + change + 0xffffL * 8; // a multiple of 0xffff keeps it positive and changes nothing
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        packet.putShort(at, (short) ~sum);
    }
}
