package io.weir.capture;

import java.nio.ByteBuffer;

/**
 * An interface of a pcapng section: how to read its packets and their times.
 *
 * @param snapLength      bytes kept of each packet; 0 = all
 * @param resolution      if_tsresol: a power of ten, or of two when bit 7 is set, negative
 * @param offsetSeconds   if_tsoffset: added to every time
 */
record PcapngInterface(int linkType, long snapLength, int resolution, long offsetSeconds) {
    private static final int TIME_RESOLUTION = 9;
    private static final int TIME_OFFSET = 14;
    private static final int MICROSECONDS = 6;
    private static final long SECOND_NS = 1_000_000_000L;

    static PcapngInterface read(ByteBuffer body) {
        int linkType = body.getShort() & 0xffff;
        body.getShort(); // reserved
        long snapLength = body.getInt() & 0xffff_ffffL;
        int[] resolution = {MICROSECONDS};
        long[] offsetSeconds = {0};
        PcapngOptions.forEach(body, (code, value) -> {
            if (code == TIME_RESOLUTION) {
                resolution[0] = value.get() & 0xff;
            } else if (code == TIME_OFFSET) {
                offsetSeconds[0] = value.getLong();
            }
        });
        return new PcapngInterface(linkType, snapLength, resolution[0], offsetSeconds[0]);
    }

    /** Nanoseconds since 1970. Resolutions finer than a nanosecond lose their excess. */
    long timeNs(long ticks) {
        int exponent = resolution & 0x7f;
        return offsetSeconds * SECOND_NS + ((resolution & 0x80) != 0 ? binary(ticks, exponent) : decimal(ticks, exponent));
    }

    private static long decimal(long ticks, int exponent) {
        long time = ticks;
        for (int i = exponent; i < 9; i++) {
            time *= 10;
        }
        for (int i = exponent; i > 9 && time != 0; i--) {
            time = Long.divideUnsigned(time, 10);
        }
        return time;
    }

    private static long binary(long ticks, int exponent) {
        if (exponent > 63) {
            return 0;
        }
        long seconds = ticks >>> exponent;
        long fraction = exponent == 0 ? 0 : ticks & -1L >>> 64 - exponent;
        int shift = Math.max(exponent - 33, 0); // 2^33 · 10^9 fits a long
        return seconds * SECOND_NS + ((fraction >>> shift) * SECOND_NS >>> exponent - shift);
    }
}
