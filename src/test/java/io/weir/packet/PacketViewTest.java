package io.weir.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketViewTest {
    private static final String SOURCE_6 = "[2001:db8::1]:5000";
    private static final String DESTINATION_6 = "[2001:db8::2]:443";

    @Test
    void shouldReadEveryFieldWhenTcpOverIpv4HasOptions() {
        PacketView view = PacketFixtures.tcp("10.0.0.1:49152", "93.184.216.34:443").ipv4Options(new byte[8]).tcpOptions(new byte[12])
                .flags(PacketFixtures.SYN | PacketFixtures.ACK).sequence(0xfedc_ba98L).acknowledgment(0x8000_0001L).payload("hello").view();
        assertEquals(PacketKind.TCP, view.kind());
        assertFalse(view.ipv6());
        assertEquals(6, view.protocol());
        assertEquals(28, view.transportOffset());
        assertEquals(60, view.payloadOffset());
        assertEquals(5, view.payloadLength());
        assertEquals(37, view.transportLength());
        assertEquals(65, view.length());
        assertEndpoints(view, "10.0.0.1:49152", "93.184.216.34:443");
        assertEquals(0x12, view.tcpFlags());
        assertEquals(0xfedc_ba98L, view.tcpSequence());
        assertEquals(0x8000_0001L, view.tcpAcknowledgment());
    }

    @Test
    void shouldReadFromTheOffsetWhenThePacketLiesInsideABatch() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(500);
        int length = PacketFixtures.udp(SOURCE_6, DESTINATION_6).payload("abc").writeTo(buffer, 333);
        PacketView view = new PacketView();
        assertEquals(PacketKind.UDP, view.parse(buffer, 333, length));
        assertEquals(333, view.offset());
        assertEquals(373, view.transportOffset());
        assertEquals(381, view.payloadOffset());
        assertTrue(view.ipv6());
        assertEndpoints(view, SOURCE_6, DESTINATION_6);
    }

    @Test
    void shouldSkipEveryKnownExtensionHeader() {
        byte[] headers = HexFormat.of().parseHex("2b000104" + "00000000" // hop-by-hop, then routing
                + "3c000000" + "00000000" // routing, then destination
                + "87010104" + "00000000" + "0000000000000000" // destination of 16 bytes, then mobility
                + "33000000" + "00000000" // mobility, then authentication
                + "2c010000" + "0000000000000000" // authentication of (1+2)*4 bytes, then fragment
                + "11000000" + "00000001"); // atomic fragment, then UDP
        PacketView view = PacketFixtures.udp(SOURCE_6, DESTINATION_6).extensionHeaders(0, headers).payload("abcd").view();
        assertEquals(PacketKind.UDP, view.kind());
        assertEquals(17, view.protocol());
        assertEquals(40 + headers.length, view.transportOffset());
        assertEquals(4, view.payloadLength());
        assertFalse(view.fragmented(), "an atomic fragment (RFC 6946) is a whole packet");
    }

    @Test
    void shouldStopWhenASecondFragmentHeaderComes() {
        byte[] headers = HexFormat.of().parseHex("2c00000100000001" + "1100000000000001");
        PacketView view = PacketFixtures.udp(SOURCE_6, DESTINATION_6).extensionHeaders(44, headers).view();
        assertEquals(PacketKind.OTHER, view.kind());
        assertEquals(44, view.protocol());
        assertTrue(view.fragmented());
        assertEquals(48, view.payloadOffset());
    }

    @Test
    void shouldBeMalformedWhenAnExtensionHeaderIsCutShort() {
        byte[] headers = HexFormat.of().parseHex("1105000000000000");
        PacketView view = PacketFixtures.udp(SOURCE_6, DESTINATION_6).extensionHeaders(60, headers).view();
        assertEquals(PacketKind.MALFORMED, view.kind());
        assertEndpoints(view, "[2001:db8::1]:0", "[2001:db8::2]:0");
    }

    @ParameterizedTest
    @CsvSource({"0, TCP, false", "0x4000, TCP, false", "0x2000, TCP, true", "1, FRAGMENT, true", "0x3fff, FRAGMENT, true", "0x8000, TCP, false"})
    void shouldTellFragmentsWhenIpv4SaysSo(String field, PacketKind kind, boolean fragmented) {
        PacketView view = PacketFixtures.tcp("10.0.0.1:1", "10.0.0.2:2").fragment(Integer.decode(field)).payloadLength(8).view();
        assertEquals(kind, view.kind());
        assertEquals(fragmented, view.fragmented());
        assertEquals(kind == PacketKind.TCP ? 8 : 28, view.payloadLength(), "a later fragment is all payload");
        assertEndpoints(view, kind == PacketKind.TCP ? "10.0.0.1:1" : "10.0.0.1:0", kind == PacketKind.TCP ? "10.0.0.2:2" : "10.0.0.2:0");
    }

    @Test
    void shouldLeaveOutTrailingBytesWhenThePacketIsLongerThanItsHeaderSays() {
        for (PacketFixtures fixture : new PacketFixtures[] {PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2"), PacketFixtures.tcp(SOURCE_6,
                DESTINATION_6)}) {
            PacketView view = fixture.payload("abc").trailing(new byte[9]).view();
            assertEquals(3, view.payloadLength());
            assertEquals(view.payloadOffset() + 3, view.length());
        }
    }

    @Test
    void shouldCutTheDataOffsetWhenItPointsBeyondThePacket() {
        ByteBuffer packet = PacketFixtures.tcp("10.0.0.1:1", "10.0.0.2:2").payload("abc").buffer();
        packet.put(32, (byte) 0xf0);
        PacketView view = new PacketView();
        assertEquals(PacketKind.TCP, view.parse(packet, 0, packet.limit()));
        assertEquals(43, view.payloadOffset());
        assertEquals(0, view.payloadLength());
    }

    @ParameterizedTest
    @CsvSource({"8, 0", "9, 1", "18, 10", "0, 10", "7, 10", "19, 10", "65535, 10"})
    void shouldBelieveTheUdpLengthOnlyWhenItIsInsideThePacket(int lengthField, int payloadLength) {
        ByteBuffer packet = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").payloadLength(10).buffer();
        packet.putShort(24, (short) lengthField);
        PacketView view = new PacketView();
        assertEquals(PacketKind.UDP, view.parse(packet, 0, packet.limit()));
        assertEquals(payloadLength, view.payloadLength());
        assertEquals(payloadLength + 8, view.transportLength());
    }

    /** Such a packet, taken for the flow of its IPv4 look-alike, could borrow that flow's verdict and translation. */
    @ParameterizedTest
    @ValueSource(strings = {"::ffff:0:0", "::ffff:10.0.0.1", "::ffff:255.255.255.255"})
    void shouldNeverLookLikeAFlowWhenAnIpv6HeaderHoldsAMappedAddress(String mapped) {
        byte[] address = new byte[16];
        address[10] = -1;
        address[11] = -1;
        System.arraycopy(IpAddress.parse(mapped).bytes(), 0, address, 12, 4);
        for (int at : new int[] {8, 24}) {
            for (PacketFixtures fixture : new PacketFixtures[] {PacketFixtures.tcp(SOURCE_6, DESTINATION_6), PacketFixtures.udp(SOURCE_6,
                    DESTINATION_6),
                PacketFixtures.icmp("2001:db8::1", "2001:db8::2", 128, 0)}) {
                ByteBuffer packet = fixture.buffer();
                packet.put(at, address);
                PacketView view = new PacketView();
                assertEquals(PacketKind.OTHER, view.parse(packet, 0, packet.limit()));
                assertTrue(view.ipv6());
                assertEquals(0, view.sourcePort() + view.destinationPort());
            }
        }
    }

    @Test
    void shouldTellOtherProtocolsApart() {
        assertEquals(PacketKind.ICMP, PacketFixtures.icmp("10.0.0.1", "10.0.0.2", 8, 0).view().kind());
        assertEquals(PacketKind.ICMPV6, PacketFixtures.icmp("fe80::1", "fe80::2", 128, 0).view().kind());
        assertEquals(PacketKind.OTHER, PacketFixtures.other("10.0.0.1", "10.0.0.2", 58).payloadLength(8).view().kind(), "ICMPv6 in IPv4");
        assertEquals(PacketKind.OTHER, PacketFixtures.other("fe80::1", "fe80::2", 1).payloadLength(8).view().kind(), "ICMP in IPv6");
        assertEquals(PacketKind.OTHER, PacketFixtures.other("10.0.0.1", "10.0.0.2", 132).payloadLength(8).view().kind(), "SCTP");
        assertEquals(PacketKind.OTHER, PacketFixtures.other("10.0.0.1", "10.0.0.2", 0).view().kind());
        assertEquals(PacketKind.OTHER, PacketFixtures.other("fe80::1", "fe80::2", 59).view().kind(), "no next header");
        assertEquals(PacketKind.OTHER, PacketFixtures.other("fe80::1", "fe80::2", 50).payloadLength(30).view().kind(), "ESP ends the walk");
    }

    @Test
    void shouldBeMalformedWhenTheRangeIsNotInTheBuffer() {
        ByteBuffer packet = PacketFixtures.tcp("10.0.0.1:1", "10.0.0.2:2").buffer();
        PacketView view = new PacketView();
        int[][] ranges = {{-1, 40}, {1, 40}, {0, 41}, {41, 0}, {0, -1}, {Integer.MAX_VALUE, Integer.MAX_VALUE}, {0, Integer.MAX_VALUE}, {0, 0}};
        for (int[] range : ranges) {
            assertEquals(PacketKind.MALFORMED, view.parse(packet, range[0], range[1]), range[0] + "+" + range[1]);
        }
    }

    @Test
    void shouldForgetThePacketBeforeWhenReused() {
        PacketView view = PacketFixtures.tcp(SOURCE_6, DESTINATION_6).flags(2).view();
        view.parse(ByteBuffer.allocateDirect(64), 0, 64);
        assertEquals(PacketKind.MALFORMED, view.kind());
        assertEquals(0, view.sourceHigh() | view.sourceLow() | view.destinationHigh() | view.destinationLow());
        assertEquals(0, view.sourcePort() | view.destinationPort() | view.tcpFlags() | view.protocol());
        assertFalse(view.ipv6() || view.fragmented());
        ByteBuffer udp = PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").buffer();
        view.parse(udp, 0, udp.limit());
        assertEquals(0, view.tcpFlags());
    }

    private static void assertEndpoints(PacketView view, String source, String destination) {
        assertEquals(source, Endpoint.of(view.sourceHigh(), view.sourceLow(), view.sourcePort()).toString());
        assertEquals(destination, Endpoint.of(view.destinationHigh(), view.destinationLow(), view.destinationPort()).toString());
    }
}
