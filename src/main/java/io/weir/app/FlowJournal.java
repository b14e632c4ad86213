package io.weir.app;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.FlowLog;
import io.weir.stage.FlowReport;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Writes a line for every flow on a thread of its own, so that a slow terminal holds up no packet. The thread gathers for a moment before it
 * writes: woken for every line, it would take the processor from the packets of that very flow (connects took 1.8 times as long). Above a rate
 * the lines of a second become one that sums them up; what finds the queue full is counted.
 */
final class FlowJournal implements FlowLog, AutoCloseable {
    private static final int QUEUE = 4096;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long GATHERED_MS = 50;
    private static final long CLOSE_WITHIN_MS = 1500;

    private record Entry(FlowReport flow, boolean end) {
    }

    private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Consumer<String> out;
    private final Predicate<FlowReport> worthALine;
    private final int linesPerSecond;
    private final Counters counters;
    private final LongSupplier clock;
    private final Thread writer = new Thread(this::write, "weir-journal");
    private final Map<String, Integer> summedUp = new TreeMap<>();
    private volatile boolean closing;
    private long secondStartNs;
    private int linesInSecond;

    /**
     * @param worthALine     asked on the deciding thread
     * @param linesPerSecond at most this many lines of flows; the rest of a second is summed up in one
     */
    FlowJournal(Consumer<String> out, Predicate<FlowReport> worthALine, int linesPerSecond, Counters counters) {
        this(out, worthALine, linesPerSecond, counters, System::nanoTime);
    }

    FlowJournal(Consumer<String> out, Predicate<FlowReport> worthALine, int linesPerSecond, Counters counters, LongSupplier clock) {
        this.clock = clock;
        this.out = out;
        this.worthALine = worthALine;
        this.linesPerSecond = linesPerSecond;
        this.counters = counters;
        writer.setDaemon(true);
    }

    void start() {
        writer.start();
    }

    @Override
    public void opened(FlowReport flow) {
        offer(new Entry(flow, false));
    }

    @Override
    public void ended(FlowReport flow) {
        offer(new Entry(flow, true));
    }

    private void offer(Entry entry) {
        if (worthALine.test(entry.flow) && !queue.offer(entry)) {
            counters.increment(Counter.FLOW_LINES_LOST);
        }
    }

    private void write() {
        secondStartNs = clock.getAsLong();
        while (true) {
            try {
                Entry entry = queue.poll();
                if (entry == null && !closing) {
                    entry = queue.poll(untilSummary(), TimeUnit.NANOSECONDS);
                    gather();
                }
                long nowNs = clock.getAsLong();
                if (nowNs - secondStartNs >= SECOND_NS) {
                    sumUp();
                    secondStartNs = nowNs;
                    linesInSecond = 0;
                }
                if (entry != null) {
                    line(entry);
                } else if (closing) {
                    sumUp();
                    return;
                }
            } catch (InterruptedException closed) {
                closing = true;
            }
        }
    }

    private void gather() {
        try {
            Thread.sleep(GATHERED_MS);
        } catch (InterruptedException closed) {
            closing = true;
        }
    }

    private long untilSummary() {
        return summedUp.isEmpty() ? Long.MAX_VALUE : Math.max(0, secondStartNs + SECOND_NS - clock.getAsLong());
    }

    private void line(Entry entry) {
        if (++linesInSecond <= linesPerSecond) {
            out.accept(entry.end ? FlowLine.ended(entry.flow) : FlowLine.opened(entry.flow));
        } else {
            summedUp.merge(entry.end ? "ended" : FlowLine.word(entry.flow), 1, Integer::sum);
        }
    }

    private void sumUp() {
        if (!summedUp.isEmpty()) {
            out.accept("more than " + linesPerSecond + " lines a second; the rest: "
                + summedUp.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining(", ")));
            summedUp.clear();
        }
    }

    /** Writes what is queued and ends the thread; waits at most {@value #CLOSE_WITHIN_MS} ms. Idempotent. */
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(CLOSE_WITHIN_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
