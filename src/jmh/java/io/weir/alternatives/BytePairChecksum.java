package io.weir.alternatives;

import java.nio.ByteBuffer;

/** The Internet checksum as most programs write it: byte pair by byte pair. Lost: two loads and three operations for every 16 bits. */
public final class BytePairChecksum {

    private BytePairChecksum() {
    }

    public static int finish(ByteBuffer buffer, int offset, int length, long start) {
        long sum = start;
        int at = offset;
        for (int end = offset + length - 1; at < end; at += 2) {
            sum += (buffer.get(at) & 0xff) << 8 | buffer.get(at + 1) & 0xff;
        }
        if ((length & 1) != 0) {
            sum += (buffer.get(at) & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
