package io.weir.windows.process;

import java.util.function.LongSupplier;

/**
 * Compares the performance counter, by which socket events are stamped, with the system time, by which the start of a process is, and with this
 * program's clock. The system time may be set while we run: they are put beside each other again and again.
 */
final class EventClock {
    private static final long FILETIME_PER_SECOND = 10_000_000;
    private static final long NS_PER_SECOND = 1_000_000_000;
    /** A process's start is known to some 16 ms only. */
    private static final long SLACK = 200_000;

    /** Another thread may run between two readings: they are repeated until they are this close. */
    private static final long CLOSE_NS = 100_000;
    private static final int MOST_TRIES = 5;

    private record Moment(long nanoTime, long timestamp, long fileTime) {
    }

    private final long frequency;
    private final LongSupplier counter;
    private final LongSupplier systemTime;
    private final LongSupplier nanoTime;
    private volatile Moment moment;

    /**
     * @param frequency  of the counter, per second
     * @param systemTime FILETIME: 100 ns since 1601
     * @param nanoTime   {@link System#nanoTime}
     */
    EventClock(long frequency, LongSupplier counter, LongSupplier systemTime, LongSupplier nanoTime) {
        this.frequency = frequency;
        this.counter = counter;
        this.systemTime = systemTime;
        this.nanoTime = nanoTime;
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
        }, System::nanoTime);
    }

    /** Puts the clocks beside each other anew. */
    void adjust() {
        Moment best = null;
        long bestNs = Long.MAX_VALUE;
        for (int i = 0; i < MOST_TRIES && bestNs > CLOSE_NS; i++) {
            Moment next = new Moment(nanoTime.getAsLong(), counter.getAsLong(), systemTime.getAsLong());
            long tookNs = nanoTime.getAsLong() - next.nanoTime();
            if (tookNs < bestNs) {
                bestNs = tookNs;
                best = next;
            }
        }
        moment = best;
    }

    /** Now, as events are stamped. */
    long timestamp() {
        return counter.getAsLong();
    }

    /** What the system time was at that moment, had it never been set since. */
    long fileTime(long timestamp) {
        Moment now = moment;
        long ticks = timestamp - now.timestamp();
        return now.fileTime() + ticks / frequency * FILETIME_PER_SECOND + ticks % frequency * FILETIME_PER_SECOND / frequency;
    }

    /** What {@link System#nanoTime} was at that moment, or a little less: so nothing seems to have happened later than it did. Any thread. */
    long nanoTime(long timestamp) {
        Moment now = moment;
        long ticks = timestamp - now.timestamp();
        return now.nanoTime() + ticks / frequency * NS_PER_SECOND + ticks % frequency * NS_PER_SECOND / frequency;
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
