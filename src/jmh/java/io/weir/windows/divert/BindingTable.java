package io.weir.windows.divert;

import io.weir.bench.Interleaved;
import java.util.Arrays;
import java.util.function.IntSupplier;

/** {@link BindingBenchmark} in interleaved rounds, for ratios that hold on a busy machine; see tools/bench/binding. */
final class BindingTable {
    private static final int CALLS = 16;

    private BindingTable() {
    }

    /** @param arguments rounds, milliseconds a round, and batches separated by commas */
    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        long roundNs = Long.parseLong(arguments[1]) * 1_000_000;
        System.out.printf("%s, %s %s, %d processors%n", System.getProperty("os.name"), System.getProperty("java.vm.name"),
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
        System.out.printf("%8s %6s %9s %12s %12s %12s | %10s %11s %12s %18s%n", "call", "batch", "ns", "bytes", "calls/s", "packets/s",
                "/ empty", "interface", "structures", "structures direct");
        for (String call : new String[] {"receive", "send"}) {
            for (int batch : Arrays.stream(arguments[2].split(",")).mapToInt(Integer::parseInt).toArray()) {
                print(call, batch, rounds, roundNs);
            }
        }
    }

    private static void print(String call, int batch, int rounds, long roundNs) {
        BindingBenchmark bench = new BindingBenchmark();
        bench.call = call;
        bench.batch = batch;
        bench.open();
        Interleaved ways = new Interleaved(rounds, roundNs).add("weir", calls(bench::weir)).add("empty", calls(bench::emptyFunction))
                .add("interface", calls(bench::mappedInterface)).add("structures", calls(bench::structures))
                .add("direct", calls(bench::structuresDirect)).run();
        double ns = ways.best("weir");
        System.out.printf("%8s %6d %9.0f %12d %12.0f %12.0f | %10.2f %11.1f %12.1f %18.1f%n", call, batch, ns, ways.allocated("weir"), 1e9 / ns,
                batch * 1e9 / ns, ways.ratio("weir", "empty", null), ways.ratio("interface", "weir", null),
                ways.ratio("structures", "weir", null), ways.ratio("direct", "weir", null));
    }

    private static IntSupplier calls(IntSupplier call) {
        return () -> {
            for (int i = 0; i < CALLS; i++) {
                call.getAsInt();
            }
            return CALLS;
        };
    }
}
