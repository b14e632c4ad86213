package io.weir.filter;

import static io.weir.alternatives.TreeFilter.and;
import static io.weir.alternatives.TreeFilter.or;
import static io.weir.alternatives.TreeFilter.test;

import io.weir.alternatives.TreeFilter;
import io.weir.packet.PacketView;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A filter of ten tests over sixteen kinds of packets in turn: parsed before, and parsing included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FilterBench {
    private static final String FILTER = "outbound and not loopback and (tcp.DstPort == 80 or tcp.DstPort == 443 or udp.DstPort == 443 "
        + "or udp.DstPort == 53) and remoteAddr >= 8.0.0.0 and ip.TTL > 5 and (tcp.Syn or udp.PayloadLength > 10)";
    private static final int PACKETS = 16;

    private final TreeFilter tree = and(test("outbound", "=", "1"), test("loopback", "=", "0"),
        or(test("tcp.DstPort", "=", "80"), test("tcp.DstPort", "=", "443"), test("udp.DstPort", "=", "443"), test("udp.DstPort", "=", "53")),
        test("remoteAddr", ">=", "281470816026624"), test("ip.TTL", ">", "5"), or(test("tcp.Syn", "!=", "0"), test("udp.PayloadLength", ">", "10")));
    private final ByteBuffer[] packets = new ByteBuffer[PACKETS];
    private final PacketView[] views = new PacketView[PACKETS];
    private final FilterPacket[] parsed = new FilterPacket[PACKETS];
    private final AddressData address = new AddressData();
    private Evaluator evaluator;
    private int next;

    @Setup
    public void make() throws FilterException {
        Filter filter = Filter.compile(FILTER, Layer.NETWORK);
        if (filter.tests() != 10) {
            throw new IllegalStateException(filter.tests() + " tests");
        }
        evaluator = new Evaluator(filter);
        address.outbound = true;
        int[] ports = {443, 80, 53, 8080};
        for (int i = 0; i < PACKETS; i++) {
            String to = "93.184.216.34:" + ports[i % 4];
            PacketFixtures fixture = i % 3 == 0 ? PacketFixtures.udp("10.1.2.3:40000", to) : PacketFixtures.tcp("10.1.2.3:40000", to);
            fixture.flags(i % 2 == 0 ? PacketFixtures.SYN : PacketFixtures.ACK).payloadLength(i * 7);
            packets[i] = fixture.buffer();
            views[i] = fixture.view();
            parsed[i] = new FilterPacket();
            parsed[i].parse(packets[i], 0, packets[i].limit());
            boolean matches = evaluator.decide(parsed[i], address) == Evaluator.Outcome.MATCH;
            if (matches != tree.matches(views[i], packets[i], true)) {
                throw new IllegalStateException("packet " + i + ": the two disagree");
            }
        }
    }

    private int turn() {
        return next = next + 1 & PACKETS - 1;
    }

    @Benchmark
    public Evaluator.Outcome weir() {
        return evaluator.decide(parsed[turn()], address);
    }

    @Benchmark
    public boolean treeWalk() {
        int turn = turn();
        return tree.matches(views[turn], packets[turn], address.outbound);
    }

    @Benchmark
    public Evaluator.Outcome weirWithParsing() {
        ByteBuffer bytes = packets[turn()];
        return evaluator.evaluate(bytes, 0, bytes.limit(), address);
    }
}
