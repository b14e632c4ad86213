package io.weir.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.net.Endpoint;
import io.weir.testkit.PacketFixtures;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parsing, rewriting and building take no heap: zero bytes over many packets in the best of several runs (others may see the JIT at work). */
class ZeroAllocationTest {
    private static final int RUNS = 20;
    private static final int PACKETS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
    private final PacketView view = new PacketView();

    static Stream<PacketFixtures> packets() {
        return Stream.of("10.1.2.3:49152>93.184.216.34:443", "[2001:db8::1]:49152>[2606:2800:220:1::1]:443").flatMap(pair -> {
            String[] ends = pair.split(">");
            return Stream.of(PacketFixtures.tcp(ends[0], ends[1]), PacketFixtures.tcp(ends[1], ends[0]),
                    PacketFixtures.udp(ends[0], ends[1]), PacketFixtures.udp(ends[1], ends[0])).map(fixture -> fixture.payloadLength(1200));
        });
    }

    @ParameterizedTest
    @MethodSource("packets")
    void shouldAllocateNothingWhenParsedRewrittenAndAnswered(PacketFixtures fixture) {
        int length = fixture.writeTo(buffer, 0);
        boolean ipv6 = fixture.view().ipv6();
        Endpoint source = Endpoint.parse(ipv6 ? "[::1]:40000" : "127.0.0.1:40000");
        Endpoint destination = Endpoint.parse(ipv6 ? "[::1]:1080" : "127.0.0.1:1080");
        assertEquals(0, leastAllocated(length, source, destination));
    }

    private long leastAllocated(int length, Endpoint source, Endpoint destination) {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS && least > 0; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < PACKETS; i++) {
                carry(length, source, destination, i);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private void carry(int length, Endpoint source, Endpoint destination, int round) {
        view.parse(buffer, 0, length);
        PacketRewriter.rewrite(view, source.address().high(), source.address().low(), source.port(),
                destination.address().high(), destination.address().low(), destination.port() + round % 7, true, round % 2 == 0, false);
        PacketBuilder.tcpReset(view, out, 0);
        PacketBuilder.unreachable(view, Unreachable.PORT, out, 0);
        PacketBuilder.udp(view.sourceHigh(), view.sourceLow(), view.sourcePort(), view.destinationHigh(), view.destinationLow(),
                view.destinationPort(),
                buffer, 0, 100, out, 0);
    }
}
