package io.weir.stage;

import io.weir.alternatives.BareRewrite;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.testkit.DeafEngine;
import io.weir.testkit.NoOwners;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * All four stages over a batch of segments of random flows out of so many, per packet: to the relay, back to the application, or of no flow; beside
 * the bare rewriting of the same packets. Every turn begins with putting the original bytes of the headers back, in both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(StagesBenchmark.PACKETS)
@Fork(value = 2, jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class StagesBenchmark {
    static final int PACKETS = 64;
    private static final int BYTES = 2048;
    private static final int HEADERS = 40;
    private static final int TURNS = 64;

    @Param({"1000", "100000"})
    public int flows;

    @Param({"to-relay", "to-application", "of-no-flow"})
    public String direction;

    private final List<Endpoint[]> tuples = new ArrayList<>();
    private final Batch batch = new Batch();
    private final Slot slot = new Slot();
    private final ByteBuffer headers = ByteBuffer.allocateDirect(TURNS * PACKETS * HEADERS);
    private Stages stages;
    private int turn;

    @Setup
    public void open() {
        RuleSet rules = RuleSet.of(List.of(new Rule("all", Condition.ALWAYS, Action.proxy("office"), OnFailure.BLOCK)));
        Redirect redirect = new Redirect(RedirectShape.LOOPBACK, List.of(Endpoint.parse("127.0.0.1:7001")), 1);
        stages = new Stages(StageSettings.DEFAULT, FlowSettings.DEFAULT, rules, redirect, new NoOwners(), (query, owner) -> { }, new Relay(),
                new Silence(), new Sink(), new Counters(), 1);
        for (int i = 0; i < flows; i++) {
            one(PacketFixtures.tcp(application(i), destination()).flags(PacketFixtures.SYN).bytes());
            slot.control(new ControlEvent.Dialed(i + 1), 0);
            run();
            one(PacketFixtures.tcp(application(i), destination()).flags(PacketFixtures.ACK).bytes());
        }
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < TURNS * PACKETS; i++) {
            headers.put(i * HEADERS, packet(random.nextInt(flows)), 0, HEADERS);
        }
        for (int i = 0; i < PACKETS; i++) {
            batch.buffer().put(i * BYTES, packet(i));
        }
    }

    private byte[] packet(int flow) {
        Endpoint[] tuple = tuples.get(flow);
        return (switch (direction) {
            case "to-relay" -> PacketFixtures.tcp(application(flow), destination());
            case "to-application" -> PacketFixtures.tcp(tuple[1], tuple[0]);
            default -> PacketFixtures.tcp(application(flow), Endpoint.parse("203.0.113.6:443"));
        }).payloadLength(1400).bytes();
    }

    private static Endpoint application(int flow) {
        return Endpoint.of(0, 0xffff_0a00_0002L + flow / 60_000, 5000 + flow % 60_000);
    }

    private static Endpoint destination() {
        return Endpoint.parse("203.0.113.5:443");
    }

    private void one(byte[] packet) {
        batch.buffer().put(0, packet);
        batch.clear(0);
        batch.add(0, packet.length, Batch.FLAGS, 2, 0);
        slot.packets(batch, 0);
        run();
    }

    private void run() {
        stages.decode(slot);
        stages.decide(slot);
        stages.rewrite(slot);
        stages.inject(slot);
        slot.clear();
    }

    private void restore() {
        int from = (turn++ & TURNS - 1) * PACKETS * HEADERS;
        for (int i = 0; i < PACKETS; i++) {
            batch.buffer().put(i * BYTES, headers, from + i * HEADERS, HEADERS);
        }
    }

    @Benchmark
    public void weir() {
        restore();
        batch.fill();
        slot.packets(batch, 0);
        run();
    }

    @Benchmark
    public void bareLoop() {
        restore();
        for (int i = 0; i < PACKETS; i++) {
            BareRewrite.rewrite(batch.buffer(), i * BYTES, 0x7f57_0001_7f00_0001L, 0x2000_1b59);
        }
    }

    private static final class Batch extends PacketBatch {
        static final int FLAGS = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;

        Batch() {
            super(ByteBuffer.allocateDirect(PACKETS * BYTES), PACKETS);
        }

        void fill() {
            clear(0);
            for (int i = 0; i < PACKETS; i++) {
                add(i * BYTES, HEADERS + 1400, FLAGS, 2, 0);
            }
        }
    }

    private final class Relay implements RelayPort {
        @Override
        public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
            tuples.add(new Endpoint[] {peer, local});
            return true;
        }

        @Override
        public void cancel(long flowId) {
            throw new IllegalStateException("a flow was given up");
        }
    }

    private static final class Silence implements FlowLog {
        @Override
        public void opened(FlowReport flow) {
            // not of interest
        }

        @Override
        public void ended(FlowReport flow) {
            throw new IllegalStateException("a flow ended");
        }
    }

    private static final class Sink extends DeafEngine {
        @Override
        public PacketBatch newBatch() {
            return new Batch();
        }
    }
}
