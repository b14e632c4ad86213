package io.weir.pipeline;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.ControlEvent;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * Where control events that may not be lost wait while the ring is full, in the order they were sent. Whoever makes such events owns one and
 * makes it as large as the most it can have outstanding; the pipeline retries. Any thread, never blocks on the ring.
 */
public final class Outbox {
    private final Predicate<ControlEvent> ring;
    private final Runnable wakeRetrier;
    private final Counters counters;
    private final int capacity;
    private final ArrayDeque<ControlEvent> waiting = new ArrayDeque<>();
    private volatile boolean empty = true;

    /** @param wakeRetrier makes whoever calls {@link #flush} come soon */
    Outbox(Predicate<ControlEvent> ring, Runnable wakeRetrier, int capacity, Counters counters) {
        this.ring = ring;
        this.wakeRetrier = wakeRetrier;
        this.capacity = capacity;
        this.counters = counters;
    }

    /** @return false: ring and outbox are full, the event is lost and counted */
    public synchronized boolean send(ControlEvent event) {
        if (waiting.isEmpty() && ring.test(event)) {
            return true;
        }
        if (waiting.size() >= capacity) {
            counters.increment(Counter.CONTROL_EVENTS_LOST);
            return false;
        }
        counters.increment(Counter.CONTROL_EVENTS_DELAYED);
        waiting.add(event);
        if (empty) {
            empty = false;
            wakeRetrier.run();
        }
        return true;
    }

    /** Moves what the ring takes. @return true when nothing waits any more */
    boolean flush() {
        return empty || retry();
    }

    private synchronized boolean retry() {
        while (!waiting.isEmpty() && ring.test(waiting.peek())) {
            waiting.poll();
        }
        empty = waiting.isEmpty();
        return empty;
    }
}
