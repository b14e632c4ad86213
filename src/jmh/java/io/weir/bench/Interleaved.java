package io.weir.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Measures several ways to do one thing in short rounds, in an order shuffled anew for each round, so that whatever else the machine does hits
 * all of them alike. The first way added is what the others are compared with; a ratio is taken inside each round.
 */
public final class Interleaved {
    private static final long WARM_UP_NS = 1_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int rounds;
    private final long roundNs;
    private final List<Way> ways = new ArrayList<>();

    private static final class Way {
        final String name;
        final IntSupplier turn;
        final double[] ns;
        long least = Long.MAX_VALUE;

        Way(String name, IntSupplier turn, int rounds) {
            this.name = name;
            this.turn = turn;
            ns = new double[rounds];
        }
    }

    public Interleaved(int rounds, long roundNs) {
        this.rounds = rounds;
        this.roundNs = roundNs;
    }

    /** @param turn does some of the work and returns how many units (packets, calls) that were */
    public Interleaved add(String name, IntSupplier turn) {
        ways.add(new Way(name, turn, rounds));
        return this;
    }

    /** Runs everything; afterwards the figures are there. */
    public Interleaved run() {
        for (Way way : ways) {
            for (long until = System.nanoTime() + WARM_UP_NS; System.nanoTime() < until; ) {
                way.turn.getAsInt();
            }
        }
        List<Way> order = new ArrayList<>(ways);
        Random random = new Random(1);
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(order, random);
            for (Way way : order) {
                measure(way, round);
            }
        }
        return this;
    }

    private void measure(Way way, int round) {
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long units = 0;
        long from = System.nanoTime();
        long now = from;
        while (now - from < roundNs) {
            for (int i = 0; i < 8; i++) {
                units += way.turn.getAsInt();
            }
            now = System.nanoTime();
        }
        way.ns[round] = (double) (now - from) / units;
        way.least = Math.min(way.least, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
    }

    /** Best nanoseconds a unit. */
    public double best(String name) {
        return Arrays.stream(way(name).ns).min().orElseThrow();
    }

    public double median(String name) {
        return median(way(name).ns);
    }

    /** Median over the rounds of (one − floor) / (other − floor); {@code floor} null: nothing is taken off. */
    public double ratio(String one, String other, String floor) {
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double off = floor == null ? 0 : way(floor).ns[i];
            ratios[i] = (way(one).ns[i] - off) / (way(other).ns[i] - off);
        }
        return median(ratios);
    }

    /** As {@link #ratio}, of the best rounds. */
    public double bestRatio(String one, String other, String floor) {
        double off = floor == null ? 0 : best(floor);
        return (best(one) - off) / (best(other) - off);
    }

    /** Bytes allocated in the round that allocated least. */
    public long allocated(String name) {
        return way(name).least;
    }

    private Way way(String name) {
        return ways.stream().filter(way -> way.name.equals(name)).findFirst().orElseThrow();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
