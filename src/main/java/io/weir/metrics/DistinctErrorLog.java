package io.weir.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Errors that repeat are one record with a count, written out at most once per interval. Whether to write is decided before the text is made,
 * so an error that comes a million times a second costs a look-up and a count. Bounded: when {@code capacity} kinds are known, every
 * further kind is counted as {@link #OTHERS}. Any thread may add and read; the sink is called by the adding thread.
 */
public final class DistinctErrorLog {
    /** The kind that stands for all kinds there was no room for. */
    public static final String OTHERS = "other errors";

    private final int capacity;
    private final long intervalMillis;
    private final InstantSource clock;
    private final Consumer<String> sink;
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();

    /** @param interval at least this long between two texts of one kind; the count of those kept back goes with the next */
    public DistinctErrorLog(int capacity, Duration interval, InstantSource clock, Consumer<String> sink) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is not positive");
        }
        this.capacity = capacity;
        intervalMillis = interval.toMillis();
        this.clock = clock;
        this.sink = sink;
    }

    /**
     * Counts one error.
     *
     * @param kind what makes two errors the same: a constant, or a small value with equals, hashCode and a readable toString
     * @param text asked only if it is written out now
     * @return whether it was
     */
    public boolean add(Object kind, Supplier<String> text) {
        Instant now = clock.instant();
        Entry entry = entry(kind);
        long keptBack = entry.count(now, intervalMillis);
        if (keptBack < 0) {
            return false;
        }
        String made = text.get();
        entry.text = made;
        sink.accept(keptBack == 0 ? made : made + " (and " + keptBack + " more like it before)");
        return true;
    }

    private Entry entry(Object kind) {
        Entry known = entries.get(kind);
        if (known != null) {
            return known;
        }
        synchronized (entries) {
            boolean room = entries.size() < capacity || entries.containsKey(kind);
            return entries.computeIfAbsent(room ? kind : OTHERS, Entry::new);
        }
    }

    /** What happened so far, the latest first. */
    public List<DistinctError> errors() {
        return entries.values().stream().map(Entry::snapshot).sorted(Comparator.comparing(DistinctError::last).reversed()).toList();
    }

    private static final class Entry {
        private final Object kind;
        private volatile String text = "";
        private long count;
        private long written;
        private Instant first;
        private Instant last;
        private long writtenMillis;

        Entry(Object kind) {
            this.kind = kind;
        }

        /** @return how many came since the last that was written out, or -1: not yet time to write */
        synchronized long count(Instant now, long intervalMillis) {
            count++;
            first = first == null ? now : first;
            last = now;
            long sinceWritten = now.toEpochMilli() - writtenMillis;
            boolean due = written == 0 || sinceWritten >= intervalMillis || sinceWritten < 0; // the clock was set back
            if (!due) {
                return -1;
            }
            long keptBack = count - 1 - written;
            written = count;
            writtenMillis = now.toEpochMilli();
            return keptBack;
        }

        synchronized DistinctError snapshot() {
            return new DistinctError(kind.toString(), text, count, first, last);
        }
    }
}
