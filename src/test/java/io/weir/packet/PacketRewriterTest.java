package io.weir.packet;

import static io.weir.testkit.PacketAssert.assertPacket;
import static io.weir.testkit.PacketAssert.destination;
import static io.weir.testkit.PacketAssert.payloadLength;
import static io.weir.testkit.PacketAssert.source;
import static io.weir.testkit.PacketAssert.transportChecksumPending;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.net.Endpoint;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketRewriterTest {
    private static final Endpoint NEW_SOURCE_4 = Endpoint.parse("127.0.0.1:40001");
    private static final Endpoint NEW_DESTINATION_4 = Endpoint.parse("127.0.0.1:1080");
    private static final Endpoint NEW_SOURCE_6 = Endpoint.parse("[::1]:40001");
    private static final Endpoint NEW_DESTINATION_6 = Endpoint.parse("[::1]:1080");

    static Stream<PacketFixtures> packets() {
        return Stream.of("10.1.2.3:49152>93.184.216.34:443", "[2001:db8::1]:49152>[2606:2800:220:1::1]:443").flatMap(pair -> {
            String[] ends = pair.split(">");
            return Stream.of(0, 1, 7, 8, 33, 1400, 1401).flatMap(length -> Stream.of(
                    PacketFixtures.tcp(ends[0], ends[1]).payloadLength(length), PacketFixtures.udp(ends[0], ends[1]).payloadLength(length)));
        });
    }

    @ParameterizedTest
    @MethodSource("packets")
    void shouldWriteEndpointsAndChecksumsWhenCapturedSumsAreValid(PacketFixtures fixture) {
        assertRewritten(fixture.view(), true, true);
    }

    @ParameterizedTest
    @MethodSource("packets")
    void shouldComputeChecksumsInFullWhenCapturedSumsAreNotValid(PacketFixtures fixture) {
        assertRewritten(fixture.badIpChecksum().badTransportChecksum().view(), false, false);
    }

    private static void assertRewritten(PacketView packet, boolean ipChecksumValid, boolean transportChecksumValid) {
        int length = packet.payloadLength();
        Endpoint from = packet.ipv6() ? NEW_SOURCE_6 : NEW_SOURCE_4;
        Endpoint to = packet.ipv6() ? NEW_DESTINATION_6 : NEW_DESTINATION_4;
        rewrite(packet, from, to, ipChecksumValid, transportChecksumValid, false);
        assertPacket(packet, source(from), destination(to), payloadLength(length));
        assertEquals(from, Endpoint.of(packet.sourceHigh(), packet.sourceLow(), packet.sourcePort()), "the view follows");
        assertEquals(to, Endpoint.of(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort()), "the view follows");
    }

    @Test
    void shouldKeepUdpWithoutChecksumWhenTheCaptureSaysItIsValid() {
        PacketView packet = PacketFixtures.udp("10.0.0.1:5000", "8.8.8.8:53").payloadLength(20).withoutUdpChecksum().view();
        rewrite(packet, NEW_SOURCE_4, NEW_DESTINATION_4, true, true, false);
        assertEquals(0, packet.buffer().getShort(packet.transportOffset() + 6));
        assertPacket(packet, source(NEW_SOURCE_4), destination(NEW_DESTINATION_4));
    }

    @Test
    void shouldLeaveTransportChecksumAloneWhenSegmentationIsPending() {
        PacketView packet = PacketFixtures.tcp("10.0.0.1:5000", "8.8.8.8:53").payloadLength(20_000).badTransportChecksum().view();
        short before = packet.buffer().getShort(packet.transportOffset() + 16);
        rewrite(packet, NEW_SOURCE_4, NEW_DESTINATION_4, true, false, true);
        assertEquals(before, packet.buffer().getShort(packet.transportOffset() + 16));
        assertPacket(packet, transportChecksumPending(), source(NEW_SOURCE_4), destination(NEW_DESTINATION_4));
    }

    @Test
    void shouldUpdateIncrementallyWhenOnlyTheFirstFragmentIsThere() {
        byte[] whole = PacketFixtures.udp("10.0.0.1:5000", "8.8.8.8:53").payloadLength(64).bytes();
        ByteBuffer first = ByteBuffer.allocateDirect(20 + 8 + 32);
        first.put(whole, 0, first.capacity()).putShort(2, (short) first.capacity()).putShort(6, (short) 0x2000);
        PacketView packet = new PacketView();
        assertEquals(PacketKind.UDP, packet.parse(first, 0, first.capacity()));
        rewrite(packet, NEW_SOURCE_4, NEW_DESTINATION_4, false, false, false);

        byte[] rejoined = whole.clone();
        first.get(0, rejoined, 0, first.capacity());
        ByteBuffer.wrap(rejoined).putShort(2, (short) whole.length).putShort(6, (short) 0).putShort(10, first.getShort(10));
        PacketView all = new PacketView();
        ByteBuffer buffer = ByteBuffer.wrap(rejoined);
        all.parse(buffer, 0, rejoined.length);
        Checksum.writeIpv4Header(all);
        assertPacket(all, source(NEW_SOURCE_4), destination(NEW_DESTINATION_4));
    }

    @Test
    void shouldRefuseWhenTheFamilyOrTheKindIsWrong() {
        PacketView ipv4 = PacketFixtures.tcp("10.0.0.1:5000", "8.8.8.8:53").view();
        PacketView icmp = PacketFixtures.icmp("10.0.0.1", "8.8.8.8", 8, 0).view();
        byte[] before = bytes(ipv4);
        assertThrows(IllegalArgumentException.class, () -> rewrite(ipv4, NEW_SOURCE_6, NEW_DESTINATION_6, true, true, false));
        assertThrows(IllegalArgumentException.class, () -> rewrite(icmp, NEW_SOURCE_4, NEW_DESTINATION_4, true, true, false));
        assertArrayEquals(before, bytes(ipv4), "nothing is written before the check");
    }

    @Test
    void shouldGiveBackTheOriginalBytesWhenRewrittenAndReversed() {
        long seed = 20_240_611;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            PacketFixtures fixture = RandomPackets.next(random);
            PacketView packet = fixture.view();
            byte[] before = bytes(packet);
            Endpoint source = Endpoint.of(packet.sourceHigh(), packet.sourceLow(), packet.sourcePort());
            Endpoint destination = Endpoint.of(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort());
            Endpoint newSource = RandomPackets.endpoint(random, packet.ipv6());
            Endpoint newDestination = RandomPackets.endpoint(random, packet.ipv6());
            boolean segmentation = random.nextInt(8) == 0;
            boolean valid = random.nextInt(4) != 0 || unsummed(packet);
            rewrite(packet, newSource, newDestination, random.nextBoolean(), valid, segmentation);
            if (!segmentation) {
                assertPacket(packet, source(newSource), destination(newDestination));
            }
            rewrite(packet, source, destination, random.nextBoolean(), valid, segmentation);
            assertArrayEquals(before, bytes(packet), "seed " + seed + ", round " + round);
        }
    }

    private static boolean unsummed(PacketView packet) {
        return packet.kind() == PacketKind.UDP && packet.buffer().getShort(packet.transportOffset() + 6) == 0;
    }

    @Test
    void shouldGiveTheSameBytesIncrementallyAndInFull() {
        long seed = 7_071;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] packet = RandomPackets.next(random).bytes();
            PacketView updated = view(packet);
            PacketView computed = view(packet);
            Endpoint source = RandomPackets.endpoint(random, updated.ipv6());
            Endpoint destination = RandomPackets.endpoint(random, updated.ipv6());
            boolean unsummed = unsummed(updated);
            rewrite(updated, source, destination, true, true, false);
            rewrite(computed, source, destination, false, unsummed, false);
            assertArrayEquals(bytes(computed), bytes(updated), "seed " + seed + ", round " + round);
        }
    }

    @Test
    void shouldGiveTheSameBytesIncrementallyAndInFullWhenSumsMeetTheirZeros() {
        for (String ends : List.of("0.0.0.0:0>0.0.0.0:0", "255.255.255.255:65535>255.255.255.255:65535")) {
            Endpoint source = Endpoint.parse(ends.split(">")[0]);
            Endpoint destination = Endpoint.parse(ends.split(">")[1]);
            for (int value = 0; value <= 0xffff; value++) {
                byte[] payload = {(byte) (value >>> 8), (byte) value};
                byte[] packet = PacketFixtures.udp("10.0.0.1:5000", "8.8.8.8:53").payload(payload).bytes();
                PacketView updated = view(packet);
                PacketView computed = view(packet);
                rewrite(updated, source, destination, true, true, false);
                rewrite(computed, source, destination, false, false, false);
                assertArrayEquals(bytes(computed), bytes(updated), "payload " + value);
            }
        }
    }

    private static void rewrite(PacketView packet, Endpoint source, Endpoint destination, boolean ipValid, boolean transportValid, boolean gso) {
        PacketRewriter.rewrite(packet, source.address().high(), source.address().low(), source.port(),
                destination.address().high(), destination.address().low(), destination.port(), ipValid, transportValid, gso);
    }

    private static PacketView view(byte[] packet) {
        PacketView view = new PacketView();
        view.parse(ByteBuffer.allocateDirect(packet.length).put(packet), 0, packet.length);
        return view;
    }

    private static byte[] bytes(PacketView packet) {
        byte[] out = new byte[packet.buffer().limit()];
        packet.buffer().get(0, out);
        return out;
    }
}
