package io.weir.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** On any bytes: no exception, no read past the end (the buffer ends where the packet does), and the answers of {@link ReferenceParser}. */
class PacketViewPropertyTest {
    private static final int[] NEXT_HEADERS = {0, 43, 44, 51, 60, 135, 6, 17, 1, 58, 59};

    private final PacketView view = new PacketView();

    @Test
    void shouldAgreeWithTheReferenceWhenBytesAreRandom() {
        long seed = 1_985;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[random.nextInt(130)];
            random.nextBytes(bytes);
            if (bytes.length > 8) {
                steer(bytes, random);
            }
            verify(bytes, random.nextInt(9), seed, round);
        }
    }

    /** Random bytes alone would hardly ever get past the first checks. */
    private static void steer(byte[] bytes, SplittableRandom random) {
        boolean ipv6 = random.nextBoolean();
        bytes[0] = (byte) (ipv6 ? 0x60 : 0x40 + (random.nextInt(4) == 0 ? random.nextInt(16) : 5));
        int length = bytes.length - (ipv6 ? 40 : 0) - random.nextInt(3) + random.nextInt(8) / 7;
        bytes[ipv6 ? 4 : 2] = (byte) (length >> 8);
        bytes[ipv6 ? 5 : 3] = (byte) length;
        if (ipv6) {
            bytes[6] = nextHeader(random);
            for (int at = 40; at + 3 < bytes.length; at += 8) {
                bytes[at] = nextHeader(random);
                bytes[at + 1] = (byte) random.nextInt(3);
                if (random.nextInt(4) != 0) {
                    bytes[at + 2] = 0;
                    bytes[at + 3] = (byte) random.nextInt(8);
                }
            }
        } else if (bytes.length > 9) {
            bytes[9] = nextHeader(random);
            bytes[6] = random.nextBoolean() ? 0 : bytes[6];
            bytes[7] = random.nextBoolean() ? 0 : bytes[7];
        }
    }

    private static byte nextHeader(SplittableRandom random) {
        return (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : NEXT_HEADERS[random.nextInt(NEXT_HEADERS.length)]);
    }

    @Test
    void shouldAgreeWithTheReferenceWhenPacketsAreMutatedOrCut() {
        long seed = 31_337;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100_000; round++) {
            byte[] bytes = RandomPackets.next(random).bytes();
            for (int change = random.nextInt(4); change > 0; change--) {
                bytes[random.nextInt(Math.min(bytes.length, 64))] ^= (byte) (1 << random.nextInt(8));
            }
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            verify(bytes, random.nextInt(9), seed, round);
        }
    }

    @Test
    void shouldAgreeWithTheReferenceWhenAPacketIsCutAtEveryByte() {
        SplittableRandom random = new SplittableRandom(5);
        for (int packet = 0; packet < 200; packet++) {
            byte[] bytes = RandomPackets.next(random).bytes();
            for (int length = 0; length <= bytes.length; length++) {
                verify(Arrays.copyOf(bytes, length), 0, 5, packet);
            }
        }
    }

    private void verify(byte[] bytes, int offset, long seed, int round) {
        String where = "seed " + seed + ", round " + round + ": " + HexFormat.of().formatHex(bytes);
        ByteBuffer buffer = ByteBuffer.allocateDirect(offset + bytes.length).put(offset, bytes);
        PacketKind kind;
        try {
            kind = view.parse(buffer, offset, bytes.length);
        } catch (RuntimeException thrown) {
            throw new AssertionError(where, thrown);
        }
        ReferenceParser expected = new ReferenceParser(bytes);
        assertEquals(expected.kind, kind, where);
        assertEquals(expected.length, view.length(), where);
        assertEquals(expected.protocol, view.protocol(), where);
        assertEquals(expected.fragmented, view.fragmented(), where);
        assertEquals(offset + expected.transport, view.transportOffset(), where);
        assertEquals(offset + expected.payload, view.payloadOffset(), where);
        assertEquals(expected.end - expected.payload, view.payloadLength(), where);
        assertEquals(expected.end - expected.transport, view.transportLength(), where);
        assertTrue(view.payloadLength() >= 0 && view.payloadOffset() + view.payloadLength() <= offset + bytes.length, where);
        if (kind == PacketKind.TCP) {
            assertTrue((view.tcpSequence() | view.tcpAcknowledgment()) >= 0, where);
        }
    }
}
