package io.weir.windows.process;

import java.util.function.LongSupplier;

/** The three clocks of a Windows: monotonic nanoseconds, the performance counter (10 MHz), the system time. They stand still until moved by hand. */
final class FakeClocks {
    static final long FREQUENCY = 10_000_000;
    private static final long MS = 1_000_000;

    private final boolean running;
    private volatile long movedNs = -7_000 * MS;
    private volatile long setBy;

    FakeClocks() {
        this(false);
    }

    private FakeClocks(boolean running) {
        this.running = running;
    }

    /** Clocks that go on by themselves besides. */
    static FakeClocks running() {
        return new FakeClocks(true);
    }

    private long nowNs() {
        return running ? movedNs + System.nanoTime() / 100 * 100 : movedNs;
    }

    void advanceMs(long ms) {
        movedNs += ms * MS;
    }

    /** Somebody sets the system time. */
    void setForwardMs(long ms) {
        setBy += ms * 10_000;
    }

    LongSupplier nanoseconds() {
        return this::nowNs;
    }

    long timestamp() {
        return 5_000_000_000L + nowNs() / 100;
    }

    long fileTime() {
        return 133_000_000_000_000_000L + nowNs() / 100 + setBy;
    }

    EventClock eventClock() {
        return new EventClock(FREQUENCY, this::timestamp, this::fileTime, this::nowNs);
    }
}
