package io.weir.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A file torn anywhere gives the packets before the tear and then an error that names a byte at or before it; a file with flipped bits never
 * more than that.
 */
class TornCaptureTest {
    private static final byte[] PACKET = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").payloadLength(13).bytes();
    private static final int PACKETS = 5;

    private final List<Integer> ends = new ArrayList<>(); // after the header, after each packet

    private byte[] pcap(ByteOrder order) {
        ends.clear();
        CaptureFiles file = CaptureFiles.pcap(order, false, 101);
        for (int i = 0; i < PACKETS; i++) {
            ends.add(file.length());
            file.record(i, 0, PACKET);
        }
        ends.add(file.length());
        return file.bytes();
    }

    private byte[] pcapng(ByteOrder order) {
        ends.clear();
        CaptureFiles file = CaptureFiles.pcapng(order);
        ends.add(file.length());
        file.describe(101, 0, file.option(9, new byte[] {9}));
        for (int i = 0; i < PACKETS; i++) {
            ends.add(file.length());
            file.enhanced(0, i, PACKET, PACKET.length, file.option(1, "comment"), file.option(0));
        }
        ends.add(file.length());
        return file.bytes();
    }

    @Test
    void shouldGiveThePacketsBeforeTheTearAndNameItsPlace() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            byte[] pcap = pcap(order);
            for (int length = 0; length <= pcap.length; length++) {
                verifyTorn(pcap, length, 0);
            }
            byte[] pcapng = pcapng(order);
            for (int length = 0; length <= pcapng.length; length++) {
                verifyTorn(pcapng, length, 1);
            }
        }
    }

    /** @param headers how many of {@link #ends} are ends of something that is no packet, beside the first */
    private void verifyTorn(byte[] whole, int length, int headers) {
        int complete = (int) ends.stream().filter(end -> end <= length).count() - 1 - headers;
        boolean clean = ends.contains(length);
        List<CapturedPacket> read = new ArrayList<>();
        try (CaptureReader reader = CaptureFiles.open(Arrays.copyOf(whole, length))) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                assertArrayEquals(PACKET, packet.bytes());
                read.add(packet);
            }
            assertTrue(clean, "torn at " + length + " and not noticed");
        } catch (CaptureException torn) {
            assertTrue(!clean, () -> "whole at " + length + " but: " + torn.getMessage());
            int last = ends.stream().filter(end -> end < length).mapToInt(Integer::intValue).max().orElse(0);
            assertEquals(last, torn.offset(), "torn at " + length + ": the record that is torn begins there");
            assertTrue(length == 0 || torn.getMessage().contains("ends at byte " + length), torn.getMessage());
        } catch (IOException other) {
            throw new AssertionError("torn at " + length, other);
        }
        assertEquals(Math.max(complete, 0), read.size(), "torn at " + length);
    }

    @Test
    void shouldNeverFailOtherwiseWhenBitsAreFlipped() {
        long seed = 77;
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] whole = {pcap(ByteOrder.BIG_ENDIAN), pcap(ByteOrder.LITTLE_ENDIAN), pcapng(ByteOrder.BIG_ENDIAN), pcapng(ByteOrder.LITTLE_ENDIAN)};
        for (int round = 0; round < 20_000; round++) {
            byte[] file = whole[random.nextInt(whole.length)].clone();
            for (int change = 1 + random.nextInt(4); change > 0; change--) {
                file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try (CaptureReader reader = CaptureFiles.open(file)) {
                int read = 0;
                while (reader.next() != null) {
                    read++;
                }
                assertTrue(read <= PACKETS, "seed " + seed + ", round " + round);
            } catch (CaptureException damaged) {
                assertTrue(damaged.offset() >= 0 && damaged.offset() <= file.length, "seed " + seed + ", round " + round + ": "
                        + damaged.getMessage());
            } catch (IOException | RuntimeException other) {
                throw new AssertionError("seed " + seed + ", round " + round, other);
            }
        }
    }
}
