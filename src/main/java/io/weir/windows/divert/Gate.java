package io.weir.windows.divert;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Lets native calls through until it is shut, and tells when the last one has left: nothing they use may be freed before. Any thread. */
final class Gate {
    private static final int SHUT = Integer.MIN_VALUE;
    private static final long LOOK_NS = 200_000;

    private final AtomicInteger inside = new AtomicInteger();

    /** @return false: shut; do not call, and do not {@link #leave} */
    boolean enter() {
        if (inside.incrementAndGet() > 0) {
            return true;
        }
        inside.decrementAndGet();
        return false;
    }

    void leave() {
        inside.decrementAndGet();
    }

    /** Nobody enters from now on. @return false: it was shut already */
    boolean shut() {
        int now = inside.get();
        while (now >= 0) {
            if (inside.compareAndSet(now, now + SHUT)) {
                return true;
            }
            now = inside.get();
        }
        return false;
    }

    /** After {@link #shut}. @return false: somebody is still inside after this time */
    boolean awaitEmpty(long timeoutNs) {
        long startNs = System.nanoTime();
        while (inside.get() != SHUT) {
            if (System.nanoTime() - startNs > timeoutNs) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return true;
    }
}
