package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RepeatGuardTest {
    private static final long SEED = 4711;

    private final RepeatGuard guard = new RepeatGuard();

    private static ByteBuffer bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void shouldKnowPacketWhenItComesBack() {
        assertFalse(guard.cameBack(bytes(60, 1), 0, 60));
        assertTrue(guard.cameBack(bytes(60, 1), 0, 60));
        assertFalse(guard.cameBack(bytes(60, 1), 0, 60), "it was let go; this is another one");
    }

    @Test
    void shouldKnowPacketWhenItLiesElsewhere() {
        ByteBuffer moved = ByteBuffer.allocate(100).put(7, bytes(60, 1).array());
        assertFalse(guard.cameBack(bytes(60, 1), 0, 60));
        assertTrue(guard.cameBack(moved, 7, 60));
    }

    @Test
    void shouldTellPacketsApartWhenOneByteOfTheHeadersDiffers() {
        for (int at = 0; at < 40; at++) {
            ByteBuffer packet = bytes(40, SEED + at);
            assertFalse(guard.cameBack(packet, 0, 40));
            packet.put(at, (byte) (packet.get(at) ^ 1));
            assertFalse(guard.cameBack(packet, 0, 40), "seed " + (SEED + at) + ", byte " + at);
        }
    }

    @Test
    void shouldReadNothingOutsideWhenPacketIsShort() {
        for (int length = 0; length < 70; length++) {
            ByteBuffer packet = bytes(length, SEED);
            assertFalse(guard.cameBack(packet, 0, length));
            assertTrue(guard.cameBack(packet, 0, length), "length " + length);
        }
    }
}
