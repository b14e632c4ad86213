package io.weir.rules;

import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.ArrayList;
import java.util.List;
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

/** Deciding one new flow whose rule is the last of many; each rule asks process, destination and port. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecideBenchmark {
    private static final Endpoint DESTINATION = Endpoint.parse("8.8.8.8:443");

    @Param({"10", "100", "1000"})
    public int rules;

    private RuleSet set;
    private final Owner[] owners = new Owner[256];
    private int next;

    @Setup
    public void make() {
        List<Rule> list = new ArrayList<>();
        for (int i = 1; i < rules; i++) {
            list.add(rule(List.of("app" + i, "/opt/app" + i + "/**"), List.of("203." + i % 256 + ".113.0/24", "198.51.100.1-198.51.100.9")));
        }
        list.add(rule(List.of("curl"), List.of("8.0.0.0/8")));
        set = RuleSet.of(list, false);
        for (int i = 0; i < owners.length; i++) {
            owners[i] = new Owner(i + 1, 1, "/usr/bin/curl", "curl", "alice");
        }
    }

    private static Rule rule(List<String> processes, List<String> destinations) {
        Condition process = new Condition.Process(processes.stream().map(text -> ProcessPattern.parse(text, PathStyle.UNIX)).toList());
        Condition condition = new Condition.All(List.of(process, Condition.Destination.parse(destinations),
            new Condition.Port(PortSet.parse("80,443,8000-8100"))));
        return new Rule("a rule", condition, Action.DIRECT, OnFailure.BLOCK);
    }

    private Owner owner() {
        next = next + 1 & owners.length - 1;
        return owners[next];
    }

    @Benchmark
    public Verdict weir() {
        return set.decide(Protocol.TCP, DESTINATION.address().high(), DESTINATION.address().low(), DESTINATION.port(), owner(), 0);
    }

    @Benchmark
    public Verdict weirBeforeTheOwnerIsKnown() {
        return set.decide(Protocol.TCP, DESTINATION.address().high(), DESTINATION.address().low(), DESTINATION.port(), null, 0);
    }

    /** The rules read as they are written, every pattern matched anew. */
    @Benchmark
    public int naiveLoop() {
        RuleSet.Flow flow = new RuleSet.Flow(Protocol.TCP, DESTINATION, owner());
        int rule = 0;
        while (rule < rules && Reason.holds(set.rules().get(rule).condition(), flow) != Check.YES) {
            rule++;
        }
        return rule;
    }
}
