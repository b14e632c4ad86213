package io.weir.filter;

import java.nio.ByteBuffer;

/**
 * WinDivert 2.2.2's packet hash, from which the random fields are cut: one round of 64-bit xxHash over the IP and transport headers as
 * little-endian words, keyed by a seed.
 */
final class PacketHash {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    /** Mixed into lane after lane; the first words of the SHA-2 constants. */
    private static final long[] PAD = {
        0x428A2F9871374491L, 0xB5C0FBCFE9B5DBA5L, 0x3956C25B59F111F1L, 0x923F82A4AB1C5ED5L,
        0xD807AA9812835B01L, 0x243185BE550C7DC3L, 0x72BE5D7480DEB1FEL, 0x9BDC06A7C19BF174L};

    private PacketHash() {
    }

    static long hash(FilterPacket packet, long seed) {
        int at = packet.offset;
        ByteBuffer bytes = packet.buffer;
        boolean ipv6 = packet.has(FilterPacket.IPV6);
        int transport = packet.transport;
        long lane1 = seed ^ PAD[0];
        long lane2 = word64(bytes, at) ^ PAD[1];
        long lane3 = word64(bytes, at + 8) ^ PAD[2];
        long lane4 = (ipv6 ? word64(bytes, at + 16) : word32(bytes, at + 16)) ^ PAD[3];
        long first = seed;
        long second = seed;
        long third = seed;
        if (packet.has(FilterPacket.TCP)) {
            first = word64(bytes, transport);
            second = word64(bytes, transport + 8);
            third = word32(bytes, transport + 16);
        } else if ((packet.headers & (FilterPacket.UDP | FilterPacket.ICMP | FilterPacket.ICMPV6)) != 0) {
            first = word64(bytes, transport);
        }
        if (ipv6) {
            if (packet.has(FilterPacket.TCP)) {
                lane2 ^= third << 32;
            }
            return finish(lane1, lane2, lane3, lane4, word64(bytes, at + 24), word64(bytes, at + 32), first, second);
        }
        return finish(lane1, lane2, lane3, lane4, first, second, third, seed);
    }

    private static long finish(long lane1, long lane2, long lane3, long lane4, long seed1, long seed2, long seed3, long seed4) {
        long value1 = round(seed1 ^ PAD[4], lane1);
        long value2 = round(seed2 ^ PAD[5], lane2);
        long value3 = round(seed3 ^ PAD[6], lane3);
        long value4 = round(seed4 ^ PAD[7], lane4);
        long hash = Long.rotateLeft(value1, 1) + Long.rotateLeft(value2, 7) + Long.rotateLeft(value3, 12) + Long.rotateLeft(value4, 18);
        hash = merge(merge(merge(merge(hash, value1), value2), value3), value4) + 32;
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }

    private static long round(long accumulator, long input) {
        return Long.rotateLeft(accumulator + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long accumulator, long value) {
        return (accumulator ^ round(0, value)) * PRIME_1 + PRIME_4;
    }

    private static long word64(ByteBuffer bytes, int at) {
        return Long.reverseBytes(bytes.getLong(at));
    }

    private static long word32(ByteBuffer bytes, int at) {
        return Integer.reverseBytes(bytes.getInt(at)) & 0xffff_ffffL;
    }
}
