package io.weir.linux.nfqueue;

import java.nio.ByteBuffer;

/**
 * Keeps a packet from going round for ever: should a stranger's rule in front of ours wipe the bits we put on a packet, NF_REPEAT would bring it
 * back to us at once, again and again. Remembers the heads of the latest packets sent round. One thread.
 */
final class RepeatGuard {
    private static final int SLOTS = 1024;
    private static final int HEAD_BYTES = 64;

    private final long[] heads = new long[SLOTS];

    /** True when the same bytes were asked about before, and have not been answered true since. A false alarm does no harm. */
    boolean cameBack(ByteBuffer buffer, int offset, int length) {
        long head = length + 1L;
        int end = offset + Math.min(length, HEAD_BYTES) - 7;
        for (int at = offset; at < end; at += 8) {
            head = (head ^ buffer.getLong(at)) * 0x9e3779b97f4a7c15L;
            head ^= head >>> 29;
        }
        int slot = (int) (head >>> 40) & SLOTS - 1;
        boolean known = heads[slot] == head;
        heads[slot] = known ? 0 : head;
        return known;
    }
}
