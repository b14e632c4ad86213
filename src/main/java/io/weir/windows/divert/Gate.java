package io.weir.windows.divert;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets native calls through until it is shut, and tells when the last one has left: nothing they use may be freed before. Any thread; one that comes
 * for every packet has a {@link Lane} of its own.
 */
final class Gate {
    private static final int SHUT = Integer.MIN_VALUE;
    private static final long LOOK_NS = 200_000;

    private final AtomicInteger inside = new AtomicInteger();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();

    /** A way through the gate that only one thread takes, and not twice at a time: nobody to exchange with, so half as dear. */
    final class Lane {
        private final AtomicBoolean taken = new AtomicBoolean();

        private Lane() {
            lanes.add(this);
        }

        /** As {@link Gate#enter}. */
        boolean enter() {
            taken.set(true); // before the look: who shuts the gate either is seen here, or sees this
            if (inside.get() >= 0) {
                return true;
            }
            leave();
            return false;
        }

        void leave() {
            taken.setRelease(false);
        }
    }

    /** Before the gate is used. */
    Lane lane() {
        return new Lane();
    }

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
        while (!isEmpty()) {
            if (System.nanoTime() - startNs > timeoutNs) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NS);
        }
        return true;
    }

    /** Is it shut, and nobody inside any more? */
    boolean isEmpty() {
        for (Lane lane : lanes) {
            if (lane.taken.get()) {
                return false;
            }
        }
        return inside.get() == SHUT;
    }
}
