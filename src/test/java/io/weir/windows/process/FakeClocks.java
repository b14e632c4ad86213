package io.weir.windows.process;

import java.util.function.LongSupplier;

/** The three clocks of a Windows, moved by hand: monotonic nanoseconds, the performance counter (10 MHz), the system time. */
final class FakeClocks {
    static final long FREQUENCY = 10_000_000;
    private static final long MS = 1_000_000;

    private volatile long nowNs = -7_000 * MS;
    private volatile long setBy;

    void advanceMs(long ms) {
        nowNs += ms * MS;
    }

    /** Somebody sets the system time. */
    void setForwardMs(long ms) {
        setBy += ms * 10_000;
    }

    LongSupplier nanoseconds() {
        return () -> nowNs;
    }

    long timestamp() {
        return 5_000_000_000L + nowNs / 100;
    }

    long fileTime() {
        return 133_000_000_000_000_000L + nowNs / 100 + setBy;
    }

    EventClock eventClock() {
        return new EventClock(FREQUENCY, this::timestamp, this::fileTime);
    }
}
