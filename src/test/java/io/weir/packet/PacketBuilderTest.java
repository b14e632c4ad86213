package io.weir.packet;

import static io.weir.testkit.PacketAssert.acknowledgment;
import static io.weir.testkit.PacketAssert.assertPacket;
import static io.weir.testkit.PacketAssert.destination;
import static io.weir.testkit.PacketAssert.icmp;
import static io.weir.testkit.PacketAssert.kind;
import static io.weir.testkit.PacketAssert.payload;
import static io.weir.testkit.PacketAssert.payloadLength;
import static io.weir.testkit.PacketAssert.quoting;
import static io.weir.testkit.PacketAssert.sequence;
import static io.weir.testkit.PacketAssert.source;
import static io.weir.testkit.PacketAssert.tcpFlags;
import static io.weir.testkit.PacketFixtures.ACK;
import static io.weir.testkit.PacketFixtures.FIN;
import static io.weir.testkit.PacketFixtures.RST;
import static io.weir.testkit.PacketFixtures.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.Endpoint;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketBuilderTest {
    private static final String[] ENDS_4 = {"10.0.0.1:5000", "93.184.216.34:443"};
    private static final String[] ENDS_6 = {"[2001:db8::1]:5000", "[2606:2800:220:1::1]:443"};
    private static final int AT = 13;

    private final ByteBuffer out = ByteBuffer.allocateDirect(AT + 70_000);

    @Test
    void shouldAcknowledgeTheSegmentWhenTheResetAnswersASyn() {
        for (String[] ends : List.of(ENDS_4, ENDS_6)) {
            PacketView syn = PacketFixtures.tcp(ends[0], ends[1]).flags(SYN).sequence(0xffff_ffffL).tcpOptions(new byte[8]).view();
            int length = PacketBuilder.tcpReset(syn, out, AT);
            assertPacket(out, AT, length, source(ends[1]), destination(ends[0]), tcpFlags(RST | ACK), sequence(0), acknowledgment(0),
                    payloadLength(0));
        }
    }

    @Test
    void shouldCountPayloadSynAndFinWhenTheSegmentHasNoAck() {
        PacketView segment = PacketFixtures.tcp(ENDS_4[0], ENDS_4[1]).flags(SYN | FIN).sequence(1000).payloadLength(10).view();
        assertPacket(out, AT, PacketBuilder.tcpReset(segment, out, AT), tcpFlags(RST | ACK), acknowledgment(1012));
    }

    @Test
    void shouldTakeTheSequenceFromTheAckWhenTheSegmentHasOne() {
        PacketView segment = PacketFixtures.tcp(ENDS_6[0], ENDS_6[1]).flags(ACK).acknowledgment(0xdead_beefL).payloadLength(10).view();
        assertPacket(out, AT, PacketBuilder.tcpReset(segment, out, AT), tcpFlags(RST), sequence(0xdead_beefL), acknowledgment(0));
    }

    @Test
    void shouldNotAnswerWhenTheSegmentIsAResetOrNoTcp() {
        assertEquals(0, PacketBuilder.tcpReset(PacketFixtures.tcp(ENDS_4[0], ENDS_4[1]).flags(RST).view(), out, AT));
        assertEquals(0, PacketBuilder.tcpReset(PacketFixtures.udp(ENDS_4[0], ENDS_4[1]).view(), out, AT));
        assertEquals(0, PacketBuilder.tcpReset(new PacketView(), out, AT));
    }

    @Test
    void shouldBuildResetFromNumbers() {
        Endpoint from = Endpoint.parse(ENDS_4[0]);
        Endpoint to = Endpoint.parse(ENDS_4[1]);
        int length = PacketBuilder.tcpReset(from.address().high(), from.address().low(), from.port(), to.address().high(), to.address().low(),
                to.port(),
                7, 9, true, out, AT);
        assertEquals(40, length);
        assertPacket(out, AT, length, source(from), destination(to), tcpFlags(RST | ACK), sequence(7), acknowledgment(9));
    }

    @ParameterizedTest
    @EnumSource(Unreachable.class)
    void shouldSayWhatIsUnreachableAndQuoteThePacket(Unreachable code) {
        PacketFixtures udp4 = PacketFixtures.udp(ENDS_4[0], ENDS_4[1]).payloadLength(21).trailing(new byte[5]);
        assertPacket(out, AT, PacketBuilder.unreachable(udp4.view(), code, out, AT), kind(PacketKind.ICMP), source("93.184.216.34:0"),
                destination("10.0.0.1:0"), icmp(3, code.icmpCode()), quoting(udp4.bytes(), 49));
        PacketFixtures tcp6 = PacketFixtures.tcp(ENDS_6[0], ENDS_6[1]).flags(SYN);
        assertPacket(out, AT, PacketBuilder.unreachable(tcp6.view(), code, out, AT), kind(PacketKind.ICMPV6), source("[2606:2800:220:1::1]:0"),
                destination("[2001:db8::1]:0"), icmp(1, code.icmpv6Code()), quoting(tcp6.bytes(), 60));
    }

    @ParameterizedTest
    @CsvSource({"PORT, 3, 4", "HOST, 1, 3", "NETWORK, 0, 0", "PROHIBITED, 13, 1"})
    void shouldUseTheCodesOfTheRfcs(Unreachable code, int icmp, int icmpv6) {
        assertEquals(icmp, code.icmpCode());
        assertEquals(icmpv6, code.icmpv6Code());
    }

    @Test
    void shouldQuoteNoMoreThanTheLimitWhenThePacketIsLong() {
        PacketFixtures long4 = PacketFixtures.udp(ENDS_4[0], ENDS_4[1]).payloadLength(1400);
        int length4 = PacketBuilder.unreachable(long4.view(), Unreachable.PORT, out, AT);
        assertEquals(576, length4, "RFC 1812 §4.3.2.3");
        assertPacket(out, AT, length4, quoting(long4.bytes(), 548));
        PacketFixtures long6 = PacketFixtures.udp(ENDS_6[0], ENDS_6[1]).payloadLength(1400);
        int length6 = PacketBuilder.unreachable(long6.view(), Unreachable.PORT, out, AT);
        assertEquals(1280, length6, "RFC 4443 §2.4 (c)");
        assertPacket(out, AT, length6, quoting(long6.bytes(), 1232));
    }

    @Test
    void shouldSendNoErrorAboutAnErrorOrToMany() {
        List<PacketFixtures> undeserving = List.of(
                PacketFixtures.icmp("10.0.0.1", "10.0.0.2", 3, 3), PacketFixtures.icmp("10.0.0.1", "10.0.0.2", 0, 0),
                PacketFixtures.icmp("fe80::1", "fe80::2", 1, 4), PacketFixtures.icmp("fe80::1", "fe80::2", 137, 0),
                PacketFixtures.udp("10.0.0.1:1", "224.0.0.251:5353"), PacketFixtures.udp("10.0.0.1:1", "255.255.255.255:67"),
                PacketFixtures.udp("0.0.0.0:68", "10.0.0.1:67"), PacketFixtures.udp("[fe80::1]:1", "[ff02::fb]:5353"),
                PacketFixtures.udp("[::]:1", "[fe80::1]:53"), PacketFixtures.udp("10.0.0.1:1", "10.0.0.2:2").fragment(1));
        for (PacketFixtures fixture : undeserving) {
            assertEquals(0, PacketBuilder.unreachable(fixture.view(), Unreachable.PORT, out, AT));
        }
        assertEquals(0, PacketBuilder.unreachable(new PacketView(), Unreachable.PORT, out, AT));
        assertEquals(56, PacketBuilder.unreachable(PacketFixtures.icmp("10.0.0.1", "10.0.0.2", 8, 0).view(), Unreachable.HOST, out, AT));
        assertEquals(96, PacketBuilder.unreachable(PacketFixtures.icmp("fe80::1", "fe80::2", 128, 0).view(), Unreachable.HOST, out, AT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1472, 65_507})
    void shouldBuildDatagramsOfAnyLength(int length) {
        byte[] content = new byte[length];
        new java.util.SplittableRandom(length).nextBytes(content);
        ByteBuffer from = ByteBuffer.allocateDirect(length + 3).put(3, content);
        for (String[] ends : List.of(ENDS_4, ENDS_6)) {
            assertPacket(out, AT, udp(ends, from, 3, length), kind(PacketKind.UDP), source(ends[0]), destination(ends[1]), payload(content));
        }
    }

    @Test
    void shouldNeverWriteAZeroChecksumWhenADatagramSumsToZero() {
        ByteBuffer payload = ByteBuffer.allocateDirect(2);
        udp(ENDS_6, payload, 0, 2);
        payload.putShort(0, out.getShort(AT + 46));
        int length = udp(ENDS_6, payload, 0, 2);
        assertEquals(0xffff, out.getShort(AT + 46) & 0xffff);
        assertPacket(out, AT, length);
    }

    @Test
    void shouldBuildNothingWhenItDoesNotFit() {
        ByteBuffer payload = ByteBuffer.allocateDirect(70_000);
        assertEquals(0, udp(ENDS_4, payload, 0, 65_508));
        assertEquals(65_575, udp(ENDS_6, payload, 0, 65_527));
        assertEquals(0, udp(ENDS_6, payload, 0, 65_528));
        assertEquals(0, udp(new String[] {ENDS_4[0], ENDS_6[1]}, payload, 0, 5));
        out.limit(AT + 39);
        assertEquals(0, PacketBuilder.tcpReset(PacketFixtures.tcp(ENDS_4[0], ENDS_4[1]).view(), out, AT));
        out.limit(AT + 40);
        assertEquals(40, PacketBuilder.tcpReset(PacketFixtures.tcp(ENDS_4[0], ENDS_4[1]).view(), out, AT));
        assertEquals(0, PacketBuilder.unreachable(PacketFixtures.udp(ENDS_4[0], ENDS_4[1]).view(), Unreachable.PORT, out, AT));
    }

    private int udp(String[] ends, ByteBuffer payload, int at, int length) {
        Endpoint from = Endpoint.parse(ends[0]);
        Endpoint to = Endpoint.parse(ends[1]);
        return PacketBuilder.udp(from.address().high(), from.address().low(), from.port(), to.address().high(), to.address().low(), to.port(),
                payload, at, length, out, AT);
    }
}
