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
    private static final long WARM_UP_NS = 600_000_000L;
    private static final int TURNS_AT_ONCE = 64;
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final int rounds;
    private final long roundNs;
    private final List<Way> ways = new ArrayList<>();

    private static final class Way {
        final String name;
        final IntSupplier turn;
        final double[] ns;
        int turnsPerRound;
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
        ways.forEach(this::warmUp);
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

    /** Also finds how many turns make a round: those of the second half of the warm-up. */
    private void warmUp(Way way) {
        long halfNs = WARM_UP_NS / 2;
        for (long from = nowNs(); nowNs() - from < halfNs; ) {
            turns(way, TURNS_AT_ONCE);
        }
        int turns = 0;
        for (long from = nowNs(); nowNs() - from < halfNs; turns += TURNS_AT_ONCE) {
            turns(way, TURNS_AT_ONCE);
        }
        way.turnsPerRound = (int) Math.max(1, turns * roundNs / halfNs);
    }

    private static long turns(Way way, int turns) {
        long units = 0;
        for (int i = 0; i < turns; i++) {
            units += way.turn.getAsInt();
        }
        return units;
    }

    private void measure(Way way, int round) {
        long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
        long from = nowNs();
        long units = turns(way, way.turnsPerRound);
        way.ns[round] = (double) (nowNs() - from) / units;
        way.least = Math.min(way.least, THREADS.getCurrentThreadAllocatedBytes() - bytesBefore);
    }

    /** The thread's own time, in which others on the machine have no share; Windows counts that by the clock tick only. */
    private static long nowNs() {
        return WINDOWS ? System.nanoTime() : THREADS.getCurrentThreadCpuTime();
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
