package io.weir.pipeline;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.Slot;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what stages and engine throw. One failure costs one slot its treatment; {@value #LIMIT} within {@value #WINDOW_S} seconds, or an engine
 * that cannot receive any more, is reported as fatal, once. Any thread.
 */
final class Failures {
    static final int LIMIT = 10;
    static final int WINDOW_S = 10;
    private static final long WINDOW_NS = WINDOW_S * 1_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final Counters counters;
    private final Consumer<Throwable> onFatal;
    private int inWindow;
    private long windowStartNs;
    private boolean fatal;

    Failures(Counters counters, Consumer<Throwable> onFatal) {
        this.counters = counters;
        this.onFatal = onFatal;
    }

    synchronized void record(Stage stage, Slot slot, Throwable problem) {
        counters.increment(Counter.STAGE_FAILURES);
        if (inWindow == 0 || slot.nowNs() - windowStartNs > WINDOW_NS) {
            inWindow = 0;
            windowStartNs = slot.nowNs();
        }
        inWindow++;
        if (inWindow <= LIMIT) {
            LOG.error("the {} stage failed on {}; packets go on unchanged", stage.label(), describe(slot), problem);
        }
        if (inWindow == LIMIT || problem instanceof VirtualMachineError && !(problem instanceof StackOverflowError)) {
            end(problem);
        }
    }

    private static String describe(Slot slot) {
        if (slot.batch() != null) {
            return "a batch of " + slot.batch().count();
        }
        return slot.event() == null ? "a tick" : "the event " + slot.event().getClass().getSimpleName();
    }

    /** Nothing can go on. */
    synchronized void end(Throwable problem) {
        if (!fatal) {
            fatal = true;
            onFatal.accept(problem);
        }
    }
}
