package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.testkit.PacketFixtures;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluating takes no heap: zero bytes over many packets in the best of several runs (others may see the JIT at work). */
class ZeroAllocationTest {
    private static final int RUNS = 20;
    private static final int PACKETS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(strings = {"outbound and (tcp.DstPort == 443 or udp.DstPort == 53) and remoteAddr >= 8.0.0.0 and remoteAddr <= 2001:db8::1",
        "tcp.Payload[0] == 3 and tcp.Payload32[-1] != 0 and packet16[2] > 1", "(ip? ip.TTL > 5: ipv6.HopLimit > 5) and timestamp > -5",
        "random8 < 128 or random32 > 5 or length > 2000 and tcp.PayloadLength > 0"})
    void shouldAllocateNothing(String text) throws FilterException {
        Evaluator evaluator = new Evaluator(Filter.compile(text, Layer.NETWORK));
        FirstPacket first = new FirstPacket(Filter.compile(text, Layer.NETWORK));
        ByteBuffer ipv4 = PacketFixtures.tcp("10.1.2.3:49152", "93.184.216.34:443").payloadLength(40).buffer();
        ByteBuffer ipv6 = PacketFixtures.udp("[2001:db8::1]:49152", "[2606:2800:220:1::1]:53").payloadLength(40).buffer();
        AddressData address = new AddressData();
        address.outbound = true;
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS && least > 0; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                ByteBuffer packet = i % 2 == 0 ? ipv4 : ipv6;
                address.ipv6 = packet == ipv6;
                address.timestamp = i;
                evaluator.evaluate(packet, 0, packet.limit(), address);
                first.selects(packet, 0, packet.limit(), address);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }
}
