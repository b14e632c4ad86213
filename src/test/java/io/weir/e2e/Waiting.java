package io.weir.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Looks again every few milliseconds until something outside this process has become true. */
public final class Waiting {
    private static final long PAUSE_MS = 10;

    private Waiting() {
    }

    public static void until(BooleanSupplier condition, Duration limit, Supplier<String> complaint) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("after " + limit.toMillis() + " ms: " + complaint.get());
            }
            pause(PAUSE_MS);
        }
    }

    public static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
