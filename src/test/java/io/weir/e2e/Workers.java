package io.weir.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does one thing many times from several threads; the first failure is everybody's. */
public final class Workers {
    /** One turn. */
    @FunctionalInterface
    public interface Work {
        void run(int turn) throws Exception;
    }

    private Workers() {
    }

    public static void run(int threads, int turns, Work work) throws Exception {
        AtomicInteger next = new AtomicInteger();
        runEach(threads, () -> {
            for (int turn = next.getAndIncrement(); turn < turns; turn = next.getAndIncrement()) {
                work.run(turn);
            }
        });
    }

    /** Turns until the time is over; how many there were. */
    public static int runFor(int threads, java.time.Duration time, Work work) throws Exception {
        AtomicInteger done = new AtomicInteger();
        long endNs = System.nanoTime() + time.toNanos();
        runEach(threads, () -> {
            while (System.nanoTime() - endNs < 0) {
                work.run(done.getAndIncrement());
            }
        });
        return done.get();
    }

    private interface Loop {
        void run() throws Exception;
    }

    private static void runEach(int threads, Loop loop) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "worker");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> {
                    loop.run();
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a worker failed: " + e.getCause(), e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }
}
