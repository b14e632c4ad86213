package io.weir.testkit;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits until something has become true, however busy the machine is: only a fault is ever waited for to the end. */
public final class Waiting {
    /** Long enough for whatever is bound to come on a machine that does ten other things. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    public static final long PATIENCE_NS = PATIENCE.toNanos();
    public static final int PATIENCE_MS = (int) PATIENCE.toMillis();
    private static final long PAUSE_NS = 2_000_000;

    private Waiting() {
    }

    /** Looks again every few milliseconds. @param complaint what has not become true */
    public static void until(BooleanSupplier condition, Supplier<String> complaint) {
        until(condition, PATIENCE, complaint);
    }

    public static void until(String what, BooleanSupplier condition) {
        until(condition, () -> what);
    }

    public static void until(BooleanSupplier condition, Duration limit, Supplier<String> complaint) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited " + limit.toSeconds() + " s in vain: " + complaint.get());
            }
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted while waiting: " + complaint.get());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** The next element; a failure when none comes. */
    public static <T> T next(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(PATIENCE_MS, TimeUnit.MILLISECONDS);
            if (next == null) {
                throw inVain(what);
            }
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting: " + what, interrupted);
        }
    }

    public static void forLatch(CountDownLatch latch, String what) {
        try {
            if (!latch.await(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                throw inVain(what);
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting: " + what, interrupted);
        }
    }

    public static <T> T forResult(CompletableFuture<T> result, String what) {
        try {
            return result.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw inVain(what);
        } catch (ExecutionException failed) {
            throw new AssertionError(what, failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted while waiting: " + what, interrupted);
        }
    }

    private static AssertionError inVain(String what) {
        return new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain: " + what);
    }
}
