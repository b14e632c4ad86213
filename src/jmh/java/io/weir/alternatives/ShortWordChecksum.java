package io.weir.alternatives;

import java.nio.ByteBuffer;

/** The Internet checksum in the 16-bit words RFC 1071 speaks of. Lost: four times the loads of 8-byte steps. */
public final class ShortWordChecksum {

    private ShortWordChecksum() {
    }

    public static int finish(ByteBuffer buffer, int offset, int length, long start) {
        long sum = start;
        int at = offset;
        for (int end = offset + length - 1; at < end; at += 2) {
            sum += buffer.getShort(at) & 0xffff;
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
