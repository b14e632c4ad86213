package io.weir.windows.divert;

import static io.weir.testkit.PacketAssert.assertPacket;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.net.Endpoint;
import io.weir.packet.PacketRewriter;
import io.weir.packet.PacketView;
import io.weir.testkit.PacketAssert;
import io.weir.testkit.PacketFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * With checksum offload the driver shows packets whose sums are not there yet: a pseudo header's sum, or anything. What is rewritten goes out with
 * bits that say "right", so all of it must have been summed anew; on loopback too, where no network card would do it.
 */
class PartialSumsTest {
    private static final int IP_SUM = 10;

    private static byte[] unsummed(boolean tcp, Endpoint from, Endpoint to) {
        PacketFixtures fixture = tcp ? PacketFixtures.tcp(from, to).badTransportChecksum() : PacketFixtures.udp(from, to).badTransportChecksum();
        byte[] packet = fixture.payload("odd length").bytes();
        if (packet[0] >> 4 == 4) {
            packet[IP_SUM] = 0x12;
            packet[IP_SUM + 1] = 0x34;
        }
        return packet;
    }

    @ParameterizedTest
    @CsvSource({
        "true,  10.0.0.5:4000,           203.0.113.7:443,       127.0.0.1:20001,   127.0.0.1:7000, false",
        "false, 10.0.0.5:4000,           203.0.113.7:443,       127.0.0.1:20001,   127.0.0.1:7000, false",
        "true,  '[2001:db8::5]:4000',    '[2001:db8:1::7]:443', '[::1]:20001',     '[::1]:7000',   false",
        "false, '[2001:db8::5]:4000',    '[2001:db8:1::7]:443', '[::1]:20001',     '[::1]:7000',   false",
        "true,  127.0.0.1:7000,          127.0.0.1:20001,       203.0.113.7:443,   10.0.0.5:4000,  true",
        "true,  '[::1]:7000',            '[::1]:20001',         '[2001:db8:1::7]:443', '[2001:db8::5]:4000', true"})
    void shouldGoOutWholeWhenRewritten(boolean tcp, Endpoint from, Endpoint to, Endpoint newFrom, Endpoint newTo, boolean loopback) {
        try (FakeEngine fake = new FakeEngine()) {
            int captured = WinDivertAddress.OUTBOUND | (loopback ? WinDivertAddress.LOOPBACK : 0);
            fake.driver.capture(unsummed(tcp, from, to), FakeDriver.networkRecord(captured, 1, 0));
            PacketBatch batch = fake.engine.newBatch();
            assertEquals(1, fake.engine.receive(batch, 1_000_000_000L));
            PacketView view = batch.view(0);
            view.parse(batch.buffer(), batch.offset(0), batch.length(0));
            PacketRewriter.rewrite(view, newFrom.address().high(), newFrom.address().low(), newFrom.port(), newTo.address().high(),
                newTo.address().low(), newTo.port(), batch.has(0, PacketFlags.IP_CHECKSUM_VALID), batch.has(0, PacketFlags.TRANSPORT_CHECKSUM_VALID),
                batch.has(0, PacketFlags.SEGMENTATION_PENDING));
            batch.disposition(0, Disposition.MODIFIED);
            batch.reroute(0, !loopback, 9, 0);
            fake.engine.inject(batch);
            FakeDriver.Sent sent = fake.driver.sent().get(0);
            assertPacket(sent.packet(), PacketAssert.source(newFrom), PacketAssert.destination(newTo));
            int expected = captured & ~WinDivertAddress.OUTBOUND | (loopback ? 0 : WinDivertAddress.OUTBOUND) | WinDivertAddress.CHECKSUMS;
            assertEquals(expected, sent.record()[WinDivertAddress.FLAGS] & 0xff);
        }
    }

    @Test
    void shouldNotTrustTheBitOfAnotherHeader() {
        try (FakeEngine fake = new FakeEngine()) {
            byte[] udp = unsummed(false, Endpoint.parse("10.0.0.5:4000"), Endpoint.parse("203.0.113.7:53"));
            byte[] behindOptions = PacketFixtures.tcp("[2001:db8::5]:1", "[2001:db8::7]:2").extensionHeaders(60, new byte[] {6, 0, 1, 4, 0, 0, 0, 0}).bytes();
            fake.driver.capture(udp, FakeDriver.networkRecord(WinDivertAddress.TCP_CHECKSUM, 1, 0));
            fake.driver.capture(behindOptions, FakeDriver.networkRecord(WinDivertAddress.UDP_CHECKSUM, 1, 0));
            PacketBatch batch = fake.engine.newBatch();
            assertEquals(2, fake.engine.receive(batch, 1_000_000_000L));
            assertFalse(batch.has(0, PacketFlags.TRANSPORT_CHECKSUM_VALID));
            assertFalse(batch.has(1, PacketFlags.TRANSPORT_CHECKSUM_VALID), "both bits are needed where the protocol is not seen at once");
        }
    }
}
