package io.weir.e2e;

import java.util.concurrent.locks.LockSupport;

/** For who plays somebody slow. Nothing that is waited for is waited for like this. */
public final class Pause {
    private Pause() {
    }

    public static void of(long milliseconds) {
        LockSupport.parkNanos(milliseconds * 1_000_000);
    }
}
