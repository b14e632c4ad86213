package io.weir.architecture;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** For every rule a piece of code that breaks it and nothing else of note. Their names begin with the mark of their rule. */
final class Offenders {
    static final Map<String, String[]> BY_RULE = new TreeMap<>();
    private static final Map<String, String> MARKS = new TreeMap<>();

    private Offenders() {
    }

    private static void plant(String rule, String... sources) {
        String mark = "Planted" + BY_RULE.size() + "_";
        MARKS.put(rule, mark);
        BY_RULE.put(rule, Stream.of(sources).map(source -> source.replace("Planted", mark)).toArray(String[]::new));
    }

    static String markOf(String rule) {
        return MARKS.get(rule);
    }

    static String[] sources() {
        return BY_RULE.values().stream().flatMap(Stream::of).toArray(String[]::new);
    }

    static {
        plant("arrows", "package io.weir.packet; class Planted { io.weir.engine.Engine upwards; }");
        plant("every package drawn", "package io.weir.gossip; class Planted { }");
        plant("leaves", "package io.weir.net; class Planted { io.weir.packet.PacketView upwards; }");
        plant("cycles", "package io.weir.packet; public class Planted { public io.weir.flow.Planted there; }",
            "package io.weir.flow; public class Planted { public io.weir.packet.Planted back; }");
        plant("JNA", "package io.weir.engine; class Planted { com.sun.jna.Pointer pointer; }");
        plant("Disruptor", "package io.weir.stage; class Planted { com.lmax.disruptor.RingBuffer<?> ring; }");
        plant("TOML4J", "package io.weir.app; class Planted { com.moandjiezana.toml.Toml file; }");
        plant("Picocli", "package io.weir.app; class Planted { picocli.CommandLine line; }");
        plant("Netty", "package io.weir.stage; class Planted { io.netty.channel.Channel socket; }");
        plant("HdrHistogram", "package io.weir.relay; class Planted { org.HdrHistogram.Histogram times; }");
        plant("Logback", "package io.weir.app; class Planted { ch.qos.logback.classic.Level level; }");
        plant("loggers", "package io.weir.stage; class Planted { org.slf4j.Logger log; }");
        plant("no streams", "package io.weir.flow; class Planted { Object all = java.util.stream.IntStream.range(0, 3); }");
        plant("no format", "package io.weir.stage; class Planted { String text(int n) { return String.format(\"%d\", n); } }");
        plant("no resolver", "package io.weir.packet; class Planted { java.net.InetAddress who; }");
        plant("no clock", "package io.weir.stage; class Planted { long now() { return System.nanoTime(); } }");
        plant("no sleep", "package io.weir.stage; class Planted { void rest() throws InterruptedException { Thread.sleep(1); } }");
        plant("no Optional", "package io.weir.flow; class Planted { java.util.Optional<String> perhaps; }");
        plant("empty root", "package io.weir; class Planted { }");
        plant("no drawer for everything", "package io.weir.flow.util; class Planted { }");
        plant("class is a noun", "package io.weir.flow; class PlantedUtils { }");
        plant("settings are records", "package io.weir.flow; class PlantedSettings { }");
        plant("rules never change", "package io.weir.rules; class Planted { int count; }");
        plant("stdout", "package io.weir.relay; class Planted { void say() { System.out.println(); } }");
        plant("exit", "package io.weir.app; class Planted { void leave() { System.exit(1); } }");
        plant("generic exceptions", "package io.weir.flow; class Planted { void fail() { throw new RuntimeException(); } }");
        plant("tests do not sleep", "package io.weir.flow; class PlantedTest { void rest() throws InterruptedException { Thread.sleep(1); } }");
        plant("no disabled class", "package io.weir.flow; @org.junit.jupiter.api.Disabled class PlantedTest { }");
        plant("no disabled method", "package io.weir.flow; class PlantedTest { @org.junit.jupiter.api.Disabled void rest() { } }");
    }
}
