package io.weir.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureReaderTest {
    private static final byte[] IPV4 = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").payload("four").bytes();
    private static final byte[] IPV6 = PacketFixtures.tcp("[2001:db8::1]:1", "[2001:db8::2]:2").payload("x").bytes();

    static Stream<ByteOrder> orders() {
        return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldReadPcapInEitherByteOrderAndResolution(ByteOrder order) throws IOException {
        byte[] micro = CaptureFiles.pcap(order, false, 101).record(1_700_000_000L, 999_999, IPV4).record(4_000_000_000L, 1, IPV6).bytes();
        List<CapturedPacket> packets = CaptureFiles.read(micro);
        assertEquals(List.of(1_700_000_000_999_999_000L, 4_000_000_000_000_001_000L), packets.stream().map(CapturedPacket::timeNs).toList());
        assertEquals(List.of(1L, 2L), packets.stream().map(CapturedPacket::number).toList());
        assertArrayEquals(IPV4, packets.get(0).bytes());
        assertArrayEquals(IPV6, packets.get(1).bytes());
        byte[] nano = CaptureFiles.pcap(order, true, 101).record(1, 999_999_999, IPV4).bytes();
        assertEquals(1_999_999_999L, CaptureFiles.read(nano).get(0).timeNs());
    }

    static Stream<Arguments> frames() {
        String ip4 = HexFormat.of().formatHex(IPV4);
        String ip6 = HexFormat.of().formatHex(IPV6);
        String macs = "0102030405060708090a0b0c";
        String sll = "000400010006010203040506" + "0000";
        return Stream.of(
                Arguments.of(101, ip4, IPV4, Direction.UNKNOWN), Arguments.of(12, ip6, IPV6, Direction.UNKNOWN),
                Arguments.of(14, ip4, IPV4, Direction.UNKNOWN), Arguments.of(228, ip4, IPV4, Direction.UNKNOWN),
                Arguments.of(229, ip6, IPV6, Direction.UNKNOWN),
                Arguments.of(1, macs + "0800" + ip4, IPV4, Direction.UNKNOWN), Arguments.of(1, macs + "86dd" + ip6, IPV6, Direction.UNKNOWN),
                Arguments.of(1, macs + "81000005" + "0800" + ip4, IPV4, Direction.UNKNOWN),
                Arguments.of(1, macs + "88a80005" + "81000006" + "86dd" + ip6, IPV6, Direction.UNKNOWN),
                Arguments.of(1, macs + "91000005" + "0800" + ip4, IPV4, Direction.UNKNOWN),
                Arguments.of(0, "02000000" + ip4, IPV4, Direction.UNKNOWN), Arguments.of(0, "00000002" + ip4, IPV4, Direction.UNKNOWN),
                Arguments.of(0, "1e000000" + ip6, IPV6, Direction.UNKNOWN), Arguments.of(108, "0000001c" + ip6, IPV6, Direction.UNKNOWN),
                Arguments.of(113, sll + "0800" + ip4, IPV4, Direction.OUTBOUND),
                Arguments.of(113, "0000" + sll.substring(4) + "86dd" + ip6, IPV6, Direction.INBOUND),
                Arguments.of(113, sll + "81000005" + "0800" + ip4, IPV4, Direction.OUTBOUND),
                Arguments.of(276, sllTwo("0800", 4) + ip4, IPV4, Direction.OUTBOUND), Arguments.of(276, sllTwo("86dd", 0) + ip6, IPV6,
                        Direction.INBOUND));
    }

    /** Protocol, reserved, interface index, ARPHRD type, packet type, address length, address. */
    private static String sllTwo(String protocol, int packetType) {
        return protocol + "0000" + "00000002" + "0001" + "0" + packetType + "06" + "0102030405060000";
    }

    @ParameterizedTest
    @MethodSource("frames")
    void shouldFindTheIpPacketBehindEveryLinkLayer(int linkType, String frame, byte[] packet, Direction direction) throws IOException {
        List<CapturedPacket> packets = CaptureFiles.read(CaptureFiles.pcap(ByteOrder.LITTLE_ENDIAN, false, linkType)
                .record(1, 0, HexFormat.of().parseHex(frame)).bytes());
        assertEquals(1, packets.size());
        assertArrayEquals(packet, packets.get(0).bytes());
        if (direction != Direction.UNKNOWN) {
            assertEquals(direction, packets.get(0).direction());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0102030405060708090a0b0c0806aabb", "1, 0102030405060708090a0b0c8100", "1, 0102030405060708090a0b0c81000001", "1, 01",
            "0, 02000000",
        "0, 0000002045", "113, 00040001000601020304050600000806", "113, 0004", "276, 08", "101, ''"})
    void shouldCountFramesWithoutIp(int linkType, String frame) throws IOException {
        byte[] file = CaptureFiles.pcap(ByteOrder.LITTLE_ENDIAN, false, linkType).record(1, 0, HexFormat.of().parseHex(frame)).bytes();
        try (CaptureReader reader = CaptureFiles.open(file)) {
            assertNull(reader.next());
            assertEquals(1, reader.withoutIp());
            assertEquals(0, reader.cutShort());
        }
    }

    @Test
    void shouldSkipAndCountPacketsThatTheCaptureCut() throws IOException {
        byte[] file = CaptureFiles.pcap(ByteOrder.BIG_ENDIAN, false, 101).record(1, 0, IPV4, IPV4.length + 1).record(2, 0, IPV6).bytes();
        try (CaptureReader reader = CaptureFiles.open(file)) {
            CapturedPacket packet = reader.next();
            assertArrayEquals(IPV6, packet.bytes());
            assertEquals(2, packet.number(), "skipped packets keep their numbers");
            assertEquals(1, reader.cutShort());
            assertNull(reader.next());
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldReadEveryKindOfPcapngPacketBlock(ByteOrder order) throws IOException {
        CaptureFiles file = CaptureFiles.pcapng(order);
        file.describe(101, 0).describe(1, 0);
        file.block(5, file.body().putLong(1)).block(0x40000bad, file.body().putInt(7)); // statistics and a custom block: skipped
        byte[] ethernet = HexFormat.of().parseHex("0102030405060708090a0b0c0800" + HexFormat.of().formatHex(IPV4));
        file.enhanced(1, 5_000_000, ethernet, ethernet.length, file.option(2, 2), file.option(1, "first"), file.option(1, "second"), file.option(0));
        file.simple(IPV6, IPV6.length).obsolete(0, 6_000_000, IPV4);
        file.enhanced(0, 7_000_000, IPV6, IPV6.length, file.option(2, 0xffff_fff1), file.option(4, new byte[8]));
        List<CapturedPacket> packets = CaptureFiles.read(file.bytes());
        assertEquals(List.of(5_000_000_000L, 5_000_000_000L, 6_000_000_000L, 7_000_000_000L), packets.stream().map(CapturedPacket::timeNs).toList());
        assertEquals(List.of(Direction.OUTBOUND, Direction.UNKNOWN, Direction.UNKNOWN, Direction.INBOUND),
                packets.stream().map(CapturedPacket::direction).toList());
        assertEquals(List.of("first\nsecond", "", "", ""), packets.stream().map(CapturedPacket::comment).toList());
        assertEquals(List.of(1, 0, 0, 0), packets.stream().map(CapturedPacket::interfaceIndex).toList());
        assertArrayEquals(IPV4, packets.get(0).bytes());
        assertArrayEquals(IPV6, packets.get(1).bytes());
        assertArrayEquals(IPV4, packets.get(2).bytes());
    }

    @Test
    void shouldReadSectionsOfBothByteOrdersInOneFile() throws IOException {
        CaptureFiles file = CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(101, 0).enhanced(0, 1, IPV4, IPV4.length);
        file.section(ByteOrder.LITTLE_ENDIAN).describe(229, 0).enhanced(0, 2, IPV6, IPV6.length);
        List<CapturedPacket> packets = CaptureFiles.read(file.bytes());
        assertEquals(List.of(1_000L, 2_000L), packets.stream().map(CapturedPacket::timeNs).toList());
    }

    @ParameterizedTest
    @CsvSource({"6, 1000001, 1000001000", "9, 1000000001, 1000000001", "3, 1001, 1001000000", "0, 2, 2000000000", "12, 1000000000001, 1000000000",
        "127, 5, 0", "-128, 3, 3000000000", "-127, 3, 1500000000", "-64, 18446744073709551615, 0", "-96, 4294967296, 1000000000",
        "-86, 4398046511104, 1000000000", "-65, 9223372036854775807, 999999999"})
    void shouldReadTimesInTheResolutionOfTheInterface(byte resolution, String ticks, long timeNs) throws IOException {
        CaptureFiles file = CaptureFiles.pcapng(ByteOrder.LITTLE_ENDIAN);
        file.describe(101, 0, file.option(9, new byte[] {resolution})).enhanced(0, Long.parseUnsignedLong(ticks), IPV4, IPV4.length);
        assertEquals(timeNs, CaptureFiles.read(file.bytes()).get(0).timeNs());
    }

    @ParameterizedTest
    @MethodSource("orders")
    void shouldAddTheTimeOffsetOfTheInterface(ByteOrder order) throws IOException {
        CaptureFiles file = CaptureFiles.pcapng(order);
        file.describe(101, 0, file.option(14, ByteBuffer.allocate(8).order(order).putLong(100).array())).enhanced(0, 1, IPV4, IPV4.length);
        assertEquals(100_000_001_000L, CaptureFiles.read(file.bytes()).get(0).timeNs());
    }

    @Test
    void shouldCutSimplePacketsAtTheSnapLengthOfTheInterface() throws IOException {
        byte[] file = CaptureFiles.pcapng(ByteOrder.LITTLE_ENDIAN).describe(101, 20).simple(new byte[20], 100).bytes();
        try (CaptureReader reader = CaptureFiles.open(file)) {
            assertNull(reader.next());
            assertEquals(1, reader.cutShort());
        }
    }

    static Stream<Arguments> damaged() {
        CaptureFiles big = CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(101, 0);
        return Stream.of(
                Arguments.of(new byte[0], 0, "the file is empty"),
                Arguments.of(new byte[] {1, 2, 3}, 0, "ends at byte 3, 1 bytes short"),
                Arguments.of("GET / HTTP/1.1\r\n".getBytes(), 0, "neither pcap nor pcapng begins with 47455420"),
                Arguments.of(HexFormat.of().parseHex("1f8b0800"), 0, "compressed by gzip"),
                Arguments.of(CaptureFiles.pcap(ByteOrder.BIG_ENDIAN, false, 127).bytes(), 20, "link type 127 is not known"),
                Arguments.of(ByteBuffer.allocate(24).putInt(0xa1b2c3d4).putShort((short) 3).array(), 4, "pcap version 3"),
                Arguments.of(CaptureFiles.pcap(ByteOrder.BIG_ENDIAN, false, 1).record(0, 0, IPV4).block(0, ByteBuffer.allocate(4)).bytes(),
                        24 + 16 + IPV4.length, "a packet's header is torn"),
                Arguments.of(ByteBuffer.allocate(40).put(CaptureFiles.pcap(ByteOrder.BIG_ENDIAN, false, 1).bytes()).putLong(0).putInt(-1).array(),
                        24, "claims to be 4294967295 bytes"),
                Arguments.of(HexFormat.of().parseHex("0a0d0d0a0000001c11223344"), 8, "byte-order magic"),
                Arguments.of(CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).enhanced(0, 0, IPV4, 1).bytes(), 28,
                        "of interface 0, but the section has described 0"),
                Arguments.of(CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(147, 0).enhanced(0, 0, IPV4, 1).bytes(), 48, "link type 147"),
                Arguments.of(CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).block(1, ByteBuffer.allocate(8).putInt(0)).bytes(), 28, "too short"),
                Arguments.of(CaptureFiles.pcapng(ByteOrder.BIG_ENDIAN).describe(101, 0).block(6,
                        big.body().putInt(0).putLong(0).putInt(99).putInt(99))
                        .bytes(), 48, "claims 99 bytes, its block has 0"),
                Arguments.of(patched(big.bytes(), 28 + 4, 21), 32, "cannot be 21 bytes long"),
                Arguments.of(patched(big.bytes(), 28 + 16, 24), 28, "at its end 24"),
                Arguments.of(patched(big.bytes(), 12, 2 << 16), 12, "pcapng version 2"));
    }

    private static byte[] patched(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void shouldSayWhereAndWhatWhenTheFileIsDamaged(byte[] file, long offset, String problem) {
        CaptureException damage = assertThrows(CaptureException.class, () -> CaptureFiles.read(file));
        assertEquals(offset, damage.offset(), damage.getMessage());
        assertTrue(damage.getMessage().startsWith("test.pcap: at byte " + offset + ": "), damage.getMessage());
        assertTrue(damage.getMessage().contains(problem), damage.getMessage());
    }
}
