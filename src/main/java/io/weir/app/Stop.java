package io.weir.app;

import io.weir.pipeline.Pipeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stop, and the time it has: what a step does not need is left to the next. Packets come first. What no packet waits for any more is closed on
 * threads of its own, so that a slow part (a table of sockets being read, a {@code netsh} that does not answer) holds up nobody.
 */
final class Stop {
    /** The longest an engine takes when all of its threads have ended or none will. */
    private static final long ENGINE_NS = 1_500_000_000L;
    /** Kept by a step for those that come after the pipeline. */
    private static final long LEAST_NS = 100_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final long startNs = System.nanoTime();
    private final long withinNs;

    Stop(long withinMs) {
        withinNs = withinMs * 1_000_000;
    }

    /** Nanoseconds a step may take that packets still wait for. */
    long leftForPackets() {
        return left() - ENGINE_NS - LEAST_NS;
    }

    private long left() {
        return Math.max(0, withinNs - (System.nanoTime() - startNs));
    }

    void close(Pipeline pipeline) {
        if (pipeline != null) {
            closeQuietly("Pipeline", () -> pipeline.close(Math.max(LEAST_NS, leftForPackets())));
        }
    }

    /** Begins to close these, one after the other. */
    Thread begin(AutoCloseable... parts) {
        Thread closing = new Thread(() -> {
            for (AutoCloseable part : parts) {
                closeQuietly(part);
            }
        }, "weir-stop");
        closing.setDaemon(true);
        closing.start();
        return closing;
    }

    /** Waits for what was begun; the process may end without it. @param atMostMs less where less time is left */
    void await(Thread closing, long atMostMs) {
        try {
            closing.join(Math.max(LEAST_NS / 1_000_000, Math.min(atMostMs, left() / 1_000_000)));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.debug("a part of Weir takes long to close; the end does not wait for it");
        }
    }

    static void closeQuietly(AutoCloseable part) {
        if (part != null) {
            closeQuietly(part.getClass().getSimpleName(), part);
        }
    }

    private static void closeQuietly(String name, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception problem) {
            LOG.error("stopping {} failed: {}", name, problem.getMessage(), problem);
        }
    }
}
