package io.weir.upstream;

import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The deadlines of one event loop, looked through by one coarse timer while there are any: no timer object per connection, and none at all
 * when idle. Deadlines are met up to {@value #SWEEP_MS} ms late. Loop thread only.
 */
public final class Deadlines implements Runnable {
    /** {@link Expiring#slot()} of what is not held. */
    public static final int NOT_HELD = -1;

    private static final int SWEEP_MS = 100;

    private final EventLoop loop;
    private Expiring[] held = new Expiring[64];
    private int size;
    private boolean scheduled;

    public Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    public void add(Expiring expiring) {
        if (expiring.slot() != NOT_HELD) {
            return;
        }
        if (size == held.length) {
            held = Arrays.copyOf(held, size * 2);
        }
        held[size] = expiring;
        expiring.slot(size++);
        if (!scheduled) {
            scheduled = true;
            loop.schedule(this, SWEEP_MS, TimeUnit.MILLISECONDS);
        }
    }

    public void remove(Expiring expiring) {
        int slot = expiring.slot();
        if (slot == NOT_HELD) {
            return;
        }
        expiring.slot(NOT_HELD);
        Expiring last = held[--size];
        held[size] = null;
        if (last != expiring) {
            held[slot] = last;
            last.slot(slot);
        }
    }

    /** How many are held. */
    public int size() {
        return size;
    }

    /** The timer's own; call it to look now. */
    @Override
    public void run() {
        long nowNs = System.nanoTime();
        for (int slot = size - 1; slot >= 0; slot--) { // downwards: what leaves is replaced by one already looked at
            if (slot < size && held[slot].deadlineNs() - nowNs <= 0) {
                held[slot].expire(nowNs);
            }
        }
        scheduled = size > 0;
        if (scheduled) {
            loop.schedule(this, SWEEP_MS, TimeUnit.MILLISECONDS);
        }
    }
}
