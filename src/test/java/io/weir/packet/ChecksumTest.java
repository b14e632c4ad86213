package io.weir.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketAssert;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {

    @Test
    void shouldMatchTheExampleOfRfc1071() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(8).put(new byte[] {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6,
                (byte) 0xf7});
        assertEquals(0xddf2, Checksum.fold(Checksum.sum(bytes, 0, 8)));
        assertEquals(0x220d, Checksum.finish(Checksum.sum(bytes, 0, 8)));
    }

    /** RFC 1624 §4: the method of RFC 1141 gives 0xffff here. */
    @Test
    void shouldMatchTheExampleOfRfc1624() {
        assertEquals(0, Checksum.update(0xdd2f, 0x5555, 0x3285));
    }

    /** A sender may write 0xffff for 0; what we write is always what the full computation gives. */
    @Test
    void shouldGiveTheCanonicalZeroWhenTheSumsAreZeros() {
        assertEquals(0, Checksum.update(0xffff, 0xffff, 0));
        assertEquals(0, Checksum.update(0xffff, 0, 0));
        assertEquals(0, Checksum.update(0, 0x1234, 0x1234));
    }

    @Test
    void shouldEqualTheSumOfBytePairsAtEveryLengthAndOffset() {
        SplittableRandom random = new SplittableRandom(11);
        byte[] bytes = new byte[220];
        for (int fill = 0; fill < 3; fill++) {
            random.nextBytes(bytes);
            if (fill == 1) {
                Arrays.fill(bytes, (byte) -1);
            }
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
            for (int offset = 0; offset < 9; offset++) {
                for (int length = 0; length <= 200; length++) {
                    assertEquals(naive(bytes, offset, length), Checksum.fold(Checksum.sum(buffer, offset, length)), offset + "+" + length);
                }
            }
        }
    }

    @Test
    void shouldNotOverflowWhenThePacketIsAsLongAsCanBe() {
        byte[] bytes = new byte[65_575];
        Arrays.fill(bytes, (byte) -1);
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        assertEquals(naive(bytes, 0, bytes.length), Checksum.fold(Checksum.sum(buffer, 0, bytes.length)));
    }

    private static int naive(byte[] bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[offset + i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    @Test
    void shouldStoreAllOnesWhenAUdpSumComesOutAsZero() {
        PacketView packet = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").payload(new byte[2]).view();
        int field = packet.transportOffset() + 6;
        int sumOfZeroPayload = packet.buffer().getShort(field) & 0xffff;
        packet.buffer().putShort(packet.payloadOffset(), (short) sumOfZeroPayload);
        assertTrue(Checksum.writeTransport(packet));
        assertEquals(0xffff, packet.buffer().getShort(field) & 0xffff);
        PacketAssert.assertPacket(packet);
    }

    @Test
    void shouldGiveAUdpDatagramAChecksumWhenItHasNone() {
        PacketView packet = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").payloadLength(5).withoutUdpChecksum().view();
        assertTrue(Checksum.transportHolds(packet));
        assertTrue(Checksum.writeAll(packet));
        assertTrue(packet.buffer().getShort(packet.transportOffset() + 6) != 0);
        PacketAssert.assertPacket(packet);
    }

    @Test
    void shouldNotHoldWhenABitIsWrong() {
        for (PacketFixtures fixture : List.of(PacketFixtures.tcp("10.0.0.1:1", "10.0.0.2:2"), PacketFixtures.udp("[::2]:1", "[::3]:2"),
                PacketFixtures.icmp("10.0.0.1", "10.0.0.2", 8, 0), PacketFixtures.icmp("fe80::1", "fe80::2", 128, 0))) {
            PacketView packet = fixture.view();
            assertTrue(Checksum.ipv4HeaderHolds(packet) && Checksum.transportHolds(packet));
            int last = packet.length() - 1;
            packet.buffer().put(last, (byte) (packet.buffer().get(last) ^ 4));
            assertFalse(Checksum.transportHolds(packet));
            assertFalse(Checksum.transportHolds(fixture.badTransportChecksum().view()));
        }
        assertFalse(Checksum.ipv4HeaderHolds(PacketFixtures.tcp("10.0.0.1:1", "10.0.0.2:2").badIpChecksum().view()));
        assertFalse(Checksum.transportHolds(PacketFixtures.udp("[::2]:1", "[::3]:2").withoutUdpChecksum().view()), "RFC 8200 §8.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 39})
    void shouldWriteNothingWhenThereIsNoPacket(int length) {
        ByteBuffer zeros = ByteBuffer.allocateDirect(length);
        PacketView packet = new PacketView();
        packet.parse(zeros, 0, length);
        assertFalse(Checksum.writeAll(packet));
        assertFalse(Checksum.writeTransport(packet));
        assertEquals(ByteBuffer.allocate(length), zeros);
    }
}
