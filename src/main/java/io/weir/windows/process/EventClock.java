package io.weir.windows.process;

import java.util.function.LongSupplier;

/**
 * Compares the performance counter, by which socket events are stamped, with the system time, by which the start of a process is. The system time may
 * be set while we run: the two are put beside each other again and again.
 */
final class EventClock {
    private static final long FILETIME_PER_SECOND = 10_000_000;
    /** A process's start is known to some 16 ms only. */
    private static final long SLACK = 200_000;

    private record Pair(long timestamp, long fileTime) {
    }

    private final long frequency;
    private final LongSupplier counter;
    private final LongSupplier systemTime;
    private volatile Pair pair;

    /**
     * @param frequency  of the counter, per second
     * @param systemTime FILETIME: 100 ns since 1601
     */
    EventClock(long frequency, LongSupplier counter, LongSupplier systemTime) {
        this.frequency = frequency;
        this.counter = counter;
        this.systemTime = systemTime;
        adjust();
    }

    static EventClock ofWindows() {
        NativeBuffer value = new NativeBuffer(8);
        Kernel32.QueryPerformanceFrequency(value.address());
        return new EventClock(value.bytes().getLong(0), () -> {
            Kernel32.QueryPerformanceCounter(value.address());
            return value.bytes().getLong(0);
        }, () -> {
            Kernel32.GetSystemTimePreciseAsFileTime(value.address());
            return value.bytes().getLong(0);
        });
    }

    /** Puts both clocks beside each other anew. */
    void adjust() {
        pair = new Pair(counter.getAsLong(), systemTime.getAsLong());
    }

    /** Now, as events are stamped. */
    long timestamp() {
        return counter.getAsLong();
    }

    /** What the system time was at that moment, had it never been set since. */
    long fileTime(long timestamp) {
        Pair now = pair;
        long ticks = timestamp - now.timestamp();
        return now.fileTime() + ticks / frequency * FILETIME_PER_SECOND + ticks % frequency * FILETIME_PER_SECOND / frequency;
    }

    /** Whether a process started too late to have done what happened then. Any thread. */
    boolean startedAfter(long startTime, long timestamp) {
        return startTime - fileTime(timestamp) > SLACK;
    }

    /** Whether that start can be believed: one in the future says that the system time was set back meanwhile. */
    boolean isPast(long startTime) {
        return startTime - systemTime.getAsLong() <= SLACK;
    }
}
