package io.weir.windows.divert;

import io.weir.bench.Interleaved;
import io.weir.windows.divert.RecordedTraffic.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/** The way of a batch from receive to send beside bare loops over the same recording; see tools/bench/stages. */
final class StageChainTable {
    private static final int ROUNDS = 41;
    private static final long ROUND_NS = 20_000_000;
    private static final long SEED = 3;

    private StageChainTable() {
    }

    /** @param arguments flows, and batches separated by commas */
    public static void main(String[] arguments) {
        WeirChain weir = new WeirChain(Integer.parseInt(arguments[0]));
        BareChain bare = new BareChain(weir.flows);
        System.out.printf("%s, %s %s, %d processors; %d flows%n", System.getProperty("os.name"), System.getProperty("java.vm.name"),
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors(), weir.flows.size());
        System.out.printf("%-10s %6s %9s %9s %9s | %10s %10s %7s%n", "traffic", "batch", "weir ns", "bare ns", "hand ns", "/ bare", "/ hand",
                "bytes");
        for (Kind kind : Kind.values()) {
            for (int batch : Arrays.stream(arguments[1].split(",")).mapToInt(Integer::parseInt).toArray()) {
                RecordedTraffic traffic = new RecordedTraffic(weir.flows, batch, kind, SEED);
                weir.replay(traffic);
                bare.replay(traffic);
                print(kind, batch, weir, bare);
            }
        }
    }

    private static void requireSame(WeirChain weir, BareChain bare, IntSupplier other) {
        empty(weir.batch);
        weir.rewind();
        weir.turn();
        empty(bare.batch);
        weir.rewind();
        other.getAsInt();
        if (!weir.batch.records().equals(bare.batch.records()) || weir.batch.buffer().mismatch(bare.batch.buffer()) >= 0) {
            throw new IllegalStateException("they do not do the same");
        }
    }

    private static void empty(WinDivertBatch batch) {
        for (ByteBuffer buffer : List.of(batch.buffer(), batch.records())) {
            buffer.put(0, new byte[buffer.capacity()]);
        }
    }

    private static void print(Kind kind, int batch, WeirChain weir, BareChain bare) {
        Interleaved ways = new Interleaved(ROUNDS, ROUND_NS).add("nothing", bare::nothing).add("bare", bare::sameParts).add("weir", weir::turn);
        boolean byHand = kind != Kind.OFFLOADED; // by hand no sum is computed in full
        requireSame(weir, bare, bare::sameParts);
        if (byHand) {
            requireSame(weir, bare, bare::byHand);
            ways.add("hand", bare::byHand);
        }
        ways.run();
        double floor = ways.best("nothing");
        System.out.printf("%-10s %6d %9.1f %9.1f %9.1f | %10.2f %10.2f %7d%n", kind.name().toLowerCase(), batch, ways.best("weir") - floor,
                ways.best("bare") - floor, byHand ? ways.best("hand") - floor : Double.NaN, ways.ratio("weir", "bare", "nothing"),
                byHand ? ways.ratio("weir", "hand", "nothing") : Double.NaN, ways.allocated("weir"));
    }
}
