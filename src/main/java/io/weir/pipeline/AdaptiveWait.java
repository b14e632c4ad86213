package io.weir.pipeline;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Spins briefly, yields a few times, then sleeps until somebody publishes: near a busy spin under load, no CPU when idle. A stage that waits
 * for the stage before it, not for the ring, naps instead of sleeping, for nobody signals it; that wait is as short as the other's work.
 */
final class AdaptiveWait implements WaitStrategy {
    private final AtomicInteger sleepers = new AtomicInteger();
    private final AtomicReferenceArray<Thread> beds;

    /** @param consumers the most threads that will ever wait here */
    AdaptiveWait(int consumers) {
        beds = new AtomicReferenceArray<>(consumers);
    }

    @Override
    public long waitFor(long sequence, Sequence cursor, Sequence dependent, SequenceBarrier barrier) throws AlertException {
        for (int attempt = 0; cursor.get() < sequence; attempt++) {
            barrier.checkAlert();
            if (attempt >= Pause.SPINS + Pause.YIELDS) {
                sleep(sequence, cursor, barrier);
            } else {
                Pause.pause(attempt);
            }
        }
        long available;
        for (int attempt = 0; (available = dependent.get()) < sequence; attempt++) {
            barrier.checkAlert();
            Pause.pause(attempt);
        }
        return available;
    }

    private void sleep(long sequence, Sequence cursor, SequenceBarrier barrier) throws AlertException {
        int bed = lieDown();
        try {
            while (cursor.get() < sequence) {
                barrier.checkAlert();
                LockSupport.park(this);
                Thread.interrupted(); // a set flag would turn every later park into a spin
            }
        } finally {
            beds.set(bed, null);
            sleepers.decrementAndGet();
        }
    }

    private int lieDown() {
        sleepers.incrementAndGet();
        for (int bed = 0; ; bed = (bed + 1) % beds.length()) {
            if (beds.compareAndSet(bed, null, Thread.currentThread())) {
                return bed;
            }
        }
    }

    @Override
    public void signalAllWhenBlocking() {
        // the publication before must be visible before we look for sleepers: they look the other way round
        VarHandle.fullFence();
        if (sleepers.get() == 0) {
            return;
        }
        for (int bed = 0; bed < beds.length(); bed++) {
            Thread sleeper = beds.get(bed);
            if (sleeper != null) {
                LockSupport.unpark(sleeper);
            }
        }
    }
}
