package io.weir.testkit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Claims about how soon something happens. What else the machine does can only make it later: so the best of a few tries counts, and where this
 * very thread gets but a part of a processor, the limit is longer by as much.
 */
public final class Haste {
    private static final int TRIES = 3;
    private static final long SAMPLE_NS = 50_000_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** One try from its beginning. */
    @FunctionalInterface
    public interface Try {
        /** @return how long what is claimed took */
        Duration run() throws Exception;
    }

    /** One try of something. */
    @FunctionalInterface
    public interface Work {
        /** @param attempt from 1 on */
        void run(int attempt) throws Exception;
    }

    private Haste() {
    }

    public static void assertWithin(Duration limit, Try attempt) throws Exception {
        List<String> tried = new ArrayList<>();
        for (int i = 0; i < TRIES; i++) {
            Duration took = attempt.run();
            if (took.compareTo(limit) <= 0) {
                return;
            }
            double slowness = slowness();
            tried.add(took.toMillis() + " ms where all takes " + Math.round(slowness * 10) / 10.0 + " times as long");
            if (took.toNanos() <= limit.toNanos() * slowness) {
                return;
            }
        }
        throw new AssertionError("not within " + limit.toMillis() + " ms: " + String.join(", ", tried));
    }

    /** What must come right unless the machine stands still meanwhile: the first try that does ends it. */
    public static void assertComesRight(Work work) throws Exception {
        for (int i = 1;; i++) {
            try {
                work.run(i);
                return;
            } catch (AssertionError wrong) {
                if (i == TRIES) {
                    throw wrong;
                }
            }
        }
    }

    /** How long {@code work} takes. */
    public static Duration timed(Runnable work) {
        long startNs = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    /** How many times longer all takes here, now: time by the clock for a while of processor time. */
    public static double slowness() {
        long startNs = System.nanoTime();
        long startCpuNs = THREADS.getCurrentThreadCpuTime();
        long cpuNs = 0;
        while (cpuNs < SAMPLE_NS) {
            cpuNs = THREADS.getCurrentThreadCpuTime() - startCpuNs;
        }
        return Math.max(1, (double) (System.nanoTime() - startNs) / cpuNs);
    }
}
