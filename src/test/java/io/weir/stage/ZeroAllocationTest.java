package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.rules.RuleSet;
import io.weir.testkit.DeafEngine;
import io.weir.testkit.NoOwners;
import io.weir.testkit.PacketFixtures;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No packet of a known flow allocates, on its way through all four stages. Noise (a class loaded, a sample taken) may spoil a run, not every run. */
class ZeroAllocationTest {
    private static final int RUNS = 60;
    private static final int PACKETS = 64;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Counters counters = new Counters();
    private final List<Long> dialed = new ArrayList<>();
    private final List<Endpoint[]> tuples = new ArrayList<>();
    private final Slot slot = new Slot();
    private final TestBatch batch = new TestBatch();
    private Disposition last;
    private int sent;

    private Stages stages(String... rules) {
        RuleSet set = RuleSet.of(Stream.of(rules).map(line -> Trace.rule(("rule " + line).split(" "))).toList());
        return new Stages(StageSettings.DEFAULT, FlowSettings.DEFAULT, set, Workshop.loopback(), new NoOwners(), (query, owner) -> { }, new Relay(),
                new Silence(), new Sink(), counters, 1);
    }

    /** All four stages over a batch of copies of one packet. */
    private void run(Stages stages, byte[] packet, int flags) {
        batch.fill(packet, flags);
        slot.packets(batch, batch.receivedNs());
        stages.decode(slot);
        stages.decide(slot);
        stages.rewrite(slot);
        stages.inject(slot);
        slot.clear();
    }

    private long leastBytes(Stages stages, byte[] packet, int flags) {
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long before = THREADS.getThreadAllocatedBytes(thread);
            run(stages, packet, flags);
            least = Math.min(least, THREADS.getThreadAllocatedBytes(thread) - before);
        }
        return least;
    }

    private Stages withOpenFlow(String application, String destination) {
        Stages stages = stages("all proxy:office");
        run(stages, PacketFixtures.tcp(application, destination).flags(PacketFixtures.SYN).bytes(), PacketFlags.OUTBOUND);
        slot.control(new ControlEvent.Dialed(dialed.get(0)), 0);
        stages.decide(slot);
        stages.rewrite(slot);
        stages.inject(slot);
        slot.clear();
        return stages;
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2:40000, 203.0.113.5:80, true", "10.0.0.2:40000, 203.0.113.5:80, false",
        "[2001:db8:1::2]:40000, [2001:db8:2::5]:443, true", "[2001:db8:1::2]:40000, [2001:db8:2::5]:443, false"})
    void shouldNotAllocateWhenSegmentsAreTranslated(String application, String destination, boolean checksumsValid) {
        Stages stages = withOpenFlow(application, destination);
        int flags = PacketFlags.OUTBOUND | (checksumsValid ? PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID : 0);

        assertEquals(0, leastBytes(stages, PacketFixtures.tcp(application, destination).payloadLength(1000).bytes(), flags), "to the relay");
        assertEquals(Disposition.MODIFIED, last);

        Endpoint[] tuple = tuples.get(0);
        assertEquals(0, leastBytes(stages, PacketFixtures.tcp(tuple[1], tuple[0]).payloadLength(1000).bytes(), flags), "to the application");
        assertEquals(Disposition.MODIFIED, last);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2:40000, 203.0.113.5:443", "[2001:db8:1::2]:40000, [2001:db8:2::5]:443"})
    void shouldNotAllocateWhenDatagramsArePassedOrRefused(String application, String destination) {
        byte[] out = PacketFixtures.udp(application, destination).payloadLength(1000).bytes();
        byte[] in = PacketFixtures.udp(destination, application).payloadLength(1000).bytes();

        Stages passing = stages("dark drop port 1");
        assertEquals(0, leastBytes(passing, out, PacketFlags.OUTBOUND), "passed");
        assertEquals(Disposition.RELEASE_FLOW, last);
        assertEquals(0, leastBytes(passing, in, 0), "inbound");
        assertEquals(Disposition.PASS, last);

        Stages blocking = stages("all block");
        assertEquals(0, leastBytes(blocking, out, PacketFlags.OUTBOUND), "refused");
        assertEquals(Disposition.WITHHOLD, last);
        assertEquals(true, sent > 0, "ICMP was sent");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.2:40000, 203.0.113.5:443", "[2001:db8:1::2]:40000, [2001:db8:2::5]:443"})
    void shouldNotAllocateWhenSegmentsBelongToNoFlow(String application, String destination) {
        Stages stages = stages("all proxy:office");
        assertEquals(0, leastBytes(stages, PacketFixtures.tcp(application, destination).payloadLength(9).bytes(), PacketFlags.OUTBOUND));
        assertEquals(Disposition.RELEASE_FLOW, last);
        assertEquals(0, leastBytes(stages, PacketFixtures.tcp(destination, application).payloadLength(9).bytes(), 0));
    }

    @Test
    void shouldNoticeWhenAStageAllocates() {
        Stages stages = stages("all proxy:office");
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            long before = THREADS.getThreadAllocatedBytes(thread);
            slot.control(new ControlEvent.Query(0, 1, (slice, next) -> sent++), 0);
            stages.decide(slot);
            slot.clear();
            least = Math.min(least, THREADS.getThreadAllocatedBytes(thread) - before);
        }
        assertEquals(true, least > 0, "the meter does not work");
    }

    private static final class TestBatch extends PacketBatch {
        private static final int BYTES = 2048;

        TestBatch() {
            super(ByteBuffer.allocateDirect(PACKETS * BYTES), PACKETS);
        }

        void fill(byte[] packet, int flags) {
            clear(0);
            for (int i = 0; i < PACKETS; i++) {
                buffer().put(i * BYTES, packet);
                add(i * BYTES, packet.length, flags, 2, 0);
            }
        }
    }

    private final class Relay implements RelayPort {
        @Override
        public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
            dialed.add(flowId);
            tuples.add(new Endpoint[] {peer, local});
            return true;
        }

        @Override
        public void cancel(long flowId) {
            dialed.remove(flowId);
        }
    }

    private static final class Silence implements FlowLog {
        @Override
        public void opened(FlowReport flow) {
            // not of interest
        }

        @Override
        public void ended(FlowReport flow) {
            // not of interest
        }
    }

    private final class Sink extends DeafEngine {
        @Override
        public void inject(PacketBatch injected) {
            last = injected.disposition(0);
        }

        @Override
        public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
            sent++;
            return true;
        }

        @Override
        public PacketBatch newBatch() {
            return new TestBatch();
        }
    }
}
