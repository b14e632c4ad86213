package io.weir.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks and prints, for each parameter, Weir's time (best and median iteration) and allocation and what every named
 * alternative takes relative to it, best to best. Within a benchmark class the method {@code weir} is ours; every other method is an
 * alternative or a variant.
 */
public final class BenchmarkTable {

    private BenchmarkTable() {
    }

    /**
     * @param args {@code --full} for the times in the annotations, {@code --json FILE}, {@code --param NAME=VALUE,VALUE}, and names
     *             (regular expressions) of benchmarks
     */
    public static void main(String[] args) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder().addProfiler(GCProfiler.class).shouldFailOnError(true).verbosity(VerboseMode.SILENT);
        List<String> names = new ArrayList<>();
        boolean full = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--full" -> full = true;
                case "--json" -> options.resultFormat(ResultFormatType.JSON).result(args[++i]);
                case "--param" -> {
                    String[] pair = args[++i].split("=", 2);
                    options.param(pair[0], pair[1].split(","));
                }
                default -> names.add(args[i]);
            }
        }
        (names.isEmpty() ? List.of("io\\.weir\\.") : names).forEach(options::include);
        if (!full) {
            options.forks(1).warmupIterations(3).warmupTime(TimeValue.milliseconds(150)).measurementIterations(15)
                    .measurementTime(TimeValue.milliseconds(30));
        }
        print(new Runner(options.build()).run());
    }

    private static void print(Collection<RunResult> results) {
        Map<String, List<RunResult>> groups = new LinkedHashMap<>();
        for (RunResult result : results) {
            groups.computeIfAbsent(group(result), absent -> new ArrayList<>()).add(result);
        }
        System.out.printf("%s, %s %s, %d processors%n", System.getProperty("os.name"), System.getProperty("java.vm.name"),
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
        System.out.printf("%-24s %-16s %12s %12s %10s %8s%n", "benchmark", "shape", "best ns", "median ns", "bytes/op", "× weir");
        groups.forEach(BenchmarkTable::print);
    }

    private static void print(String group, List<RunResult> results) {
        double ours = results.stream().filter(result -> method(result).equals("weir")).mapToDouble(BenchmarkTable::best)
                .findFirst().orElse(Double.NaN);
        results.sort((one, other) -> Boolean.compare(method(other).equals("weir"), method(one).equals("weir")));
        for (RunResult result : results) {
            Result<?> allocation = result.getSecondaryResults().get("gc.alloc.rate.norm");
            double bytes = allocation == null ? Double.NaN : allocation.getScore();
            double median = result.getPrimaryResult().getStatistics().getPercentile(50);
            System.out.printf("%-24s %-16s %12.1f %12.1f %10.0f %8.2f%n", group, method(result), best(result), median,
                    bytes, best(result) / ours);
        }
    }

    /** The fastest iteration: what other programs on the machine have taken is not in it, so ratios hold on a busy one too. */
    private static double best(RunResult result) {
        return result.getPrimaryResult().getStatistics().getMin();
    }

    private static String method(RunResult result) {
        String name = result.getParams().getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String group(RunResult result) {
        String name = result.getParams().getBenchmark();
        String[] parts = name.split("\\.");
        StringBuilder out = new StringBuilder(parts[parts.length - 2].replace("Benchmark", ""));
        result.getParams().getParamsKeys().forEach(key -> out.append(' ').append(result.getParams().getParam(key)));
        return out.toString();
    }
}
