package io.weir.alternatives;

import java.nio.ByteBuffer;

/**
 * The Internet checksum by 64-bit additions with end-around carry. Lost: Java has no add-with-carry, so every step compares and depends on the
 * last.
 */
public final class CarryChecksum {

    private CarryChecksum() {
    }

    public static int finish(ByteBuffer buffer, int offset, int length, long start) {
        long sum = start;
        int at = offset;
        for (int end = offset + length - 7; at < end; at += 8) {
            long word = buffer.getLong(at);
            sum += word;
            if (Long.compareUnsigned(sum, word) < 0) {
                sum++;
            }
        }
        long rest = (sum >>> 32) + (sum & 0xffff_ffffL);
        for (int i = 0; at < offset + length; at++, i++) {
            rest += (long) (buffer.get(at) & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        while (rest >>> 16 != 0) {
            rest = (rest & 0xffff) + (rest >>> 16);
        }
        return (int) ~rest & 0xffff;
    }
}
