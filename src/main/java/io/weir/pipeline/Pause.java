package io.weir.pipeline;

import java.util.concurrent.locks.LockSupport;

/** How one waits for another thread's work that nobody will announce: spin, then yield, then nap. */
final class Pause {
    static final int SPINS = 100;
    static final int YIELDS = 10;
    private static final long NAP_NS = 50_000;

    private Pause() {
    }

    /** @param attempt how often this has been waited for already, from 0 */
    static void pause(int attempt) {
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else if (attempt < SPINS + YIELDS) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(NAP_NS);
        }
    }
}
