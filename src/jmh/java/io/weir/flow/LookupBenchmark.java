package io.weir.flow;

import io.weir.alternatives.RecordKeyTable;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding a packet's flow among so many, in random order, both keys of every flow being in the table; and not finding one. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {
    private static final int TCP = 6;
    private static final long IPV4 = 0xffff_0000_0000L;
    private static final int ORDER = 1 << 16;

    @Param({"1000", "100000", "1000000"})
    public int flows;

    @Param({"hit", "miss"})
    public String outcome;

    private FlowTable<Flow> table;
    private RecordKeyTable records;
    private final long[] source = new long[ORDER];
    private final int[] port = new int[ORDER];
    private int destinationPort;
    private int next;

    @Setup
    public void fill() {
        table = new FlowTable<>(flows, 1, Flow::new);
        records = new RecordKeyTable();
        for (int i = 0; i < flows; i++) {
            Flow flow = table.flow(table.open(TCP, 0, address(i), port(i), 0, IPV4 | 0xcb00_7105L, 443));
            table.translate(flow, new Translation(0, address(i), port(i), 0, IPV4 | 0xcb00_7105L, 443, 0, IPV4 | 0x7f57_0001L + i / 30_000,
                    1024 + i % 30_000, 0, IPV4 | 0x7f00_0001L, 7001, true, 1, 0, 2, 0));
            records.put(TCP, 0, address(i), port(i), 0, IPV4 | 0xcb00_7105L, 443, i << 1);
            records.put(TCP, 0, IPV4 | 0x7f00_0001L, 7001, 0, IPV4 | 0x7f57_0001L + i / 30_000, 1024 + i % 30_000, i << 1 | 1);
        }
        destinationPort = outcome.equals("hit") ? 443 : 444;
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < ORDER; i++) {
            int flow = random.nextInt(flows);
            source[i] = address(flow);
            port[i] = port(flow);
        }
        for (int i = 0; i < ORDER; i++) {
            int found = weir();
            next = i;
            if (found != recordKeys()) {
                throw new IllegalStateException("the alternatives disagree");
            }
        }
    }

    private static long address(int flow) {
        return IPV4 | 0x0a00_0002L + flow / 60_000;
    }

    private static int port(int flow) {
        return 5000 + flow % 60_000;
    }

    @Benchmark
    public int weir() {
        int i = next++ & ORDER - 1;
        return table.find(TCP, 0, source[i], port[i], 0, IPV4 | 0xcb00_7105L, destinationPort);
    }

    @Benchmark
    public int recordKeys() {
        int i = next++ & ORDER - 1;
        return records.find(TCP, 0, source[i], port[i], 0, IPV4 | 0xcb00_7105L, destinationPort);
    }
}
