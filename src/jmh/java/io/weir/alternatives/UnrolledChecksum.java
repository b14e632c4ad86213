package io.weir.alternatives;

import java.nio.ByteBuffer;

/**
 * The Internet checksum in 8-byte steps, four of them unrolled by hand. Lost: the JIT unrolls a plain loop further and hoists its bounds checks,
 * which it does not do with this one.
 */
public final class UnrolledChecksum {
    private static final long LOW_HALF = 0xffff_ffffL;

    private UnrolledChecksum() {
    }

    public static int finish(ByteBuffer buffer, int offset, int length, long start) {
        long sum = start;
        int at = offset;
        int end = offset + length;
        for (; at + 32 <= end; at += 32) {
            long first = buffer.getLong(at);
            long second = buffer.getLong(at + 8);
            long third = buffer.getLong(at + 16);
            long fourth = buffer.getLong(at + 24);
            sum += (first >>> 32) + (first & LOW_HALF) + (second >>> 32) + (second & LOW_HALF)
                    + (third >>> 32) + (third & LOW_HALF) + (fourth >>> 32) + (fourth & LOW_HALF);
        }
        for (int i = 0; at < end; at++, i++) {
            sum += (long) (buffer.get(at) & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
