package io.weir.metrics;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** All counters of one running Weir. Any thread adds, any thread reads; adding neither locks nor (once warm) allocates. */
public final class Counters {
    private final LongAdder[] counters = adders(Counter.values().length);
    private final LongAdder[] drops = adders(DropReason.values().length);
    private final List<Tally> tallies = new CopyOnWriteArrayList<>();

    private static LongAdder[] adders(int count) {
        LongAdder[] out = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            out[i] = new LongAdder();
        }
        return out;
    }

    /** Makes a cheaper way to add, for one thread; what it counts is part of {@link #get}. To be kept: it lives as long as these counters. */
    public Tally tally() {
        Tally out = new Tally();
        tallies.add(out);
        return out;
    }

    public void add(Counter counter, long amount) {
        counters[counter.ordinal()].add(amount);
    }

    public void increment(Counter counter) {
        counters[counter.ordinal()].increment();
    }

    public void drop(DropReason reason) {
        drops[reason.ordinal()].increment();
    }

    public void drop(DropReason reason, long packets) {
        drops[reason.ordinal()].add(packets);
    }

    /** Forgets what was counted so far; what is added meanwhile may be lost. */
    public void reset() {
        for (LongAdder counter : counters) {
            counter.reset();
        }
        for (LongAdder drop : drops) {
            drop.reset();
        }
        for (Tally tally : tallies) {
            tally.reset();
        }
    }

    public long get(Counter counter) {
        long sum = counters[counter.ordinal()].sum();
        for (Tally tally : tallies) {
            sum += tally.get(counter);
        }
        return sum;
    }

    public long get(DropReason reason) {
        return drops[reason.ordinal()].sum();
    }
}
