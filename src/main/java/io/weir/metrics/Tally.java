package io.weir.metrics;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one thread counts, for what happens with every packet: nobody else adds here, so an addition is two plain moves. Any thread may read, by way
 * of {@link Counters}.
 */
public final class Tally {
    private final AtomicLongArray counted = new AtomicLongArray(Counter.values().length);
    private final AtomicLongArray forgotten = new AtomicLongArray(Counter.values().length);

    Tally() {
    }

    /** Only the thread this was made for. */
    public void add(Counter counter, long amount) {
        int at = counter.ordinal();
        counted.setRelease(at, counted.getPlain(at) + amount);
    }

    public void increment(Counter counter) {
        add(counter, 1);
    }

    long get(Counter counter) {
        return counted.getAcquire(counter.ordinal()) - forgotten.get(counter.ordinal());
    }

    /** Any thread; what is counted stays, for a zero written here could be overwritten by an addition that had begun. */
    void reset() {
        for (int i = 0; i < counted.length(); i++) {
            forgotten.set(i, counted.getAcquire(i));
        }
    }
}
