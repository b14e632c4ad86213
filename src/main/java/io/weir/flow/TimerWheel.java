package io.weir.flow;

import java.util.Arrays;

/**
 * One deadline per small number, in a ring of places one tick apart: scheduling and cancelling are O(1), advancing costs one step per tick passed
 * and per timer due; a deadline further off than the ring is long is looked at once per turn. A timer fires never before its deadline and at most
 * one tick after it, in the order of ticks.
 */
public final class TimerWheel {
    /** What to do with a timer that has fired; it may schedule and cancel any timer. */
    @FunctionalInterface
    public interface Expiry {
        void expired(int number, long nowNs);
    }

    private final long tickNs;
    private final int places;
    private final IndexLists lists; // one per place, and the last for those that are due
    private long[] dueTick = new long[256];
    private long tick = Long.MIN_VALUE;
    private long nextTickNs = Long.MIN_VALUE;
    private int size;

    /** @param places a power of two */
    public TimerWheel(long tickNs, int places) {
        this.tickNs = tickNs;
        this.places = places;
        lists = new IndexLists(places + 1);
    }

    /** Timers that have not fired. */
    public int size() {
        return size;
    }

    /** Sets the number's only deadline; one in the past fires with the next tick. */
    public void schedule(int number, long deadlineNs) {
        cancel(number);
        if (number >= dueTick.length) {
            dueTick = Arrays.copyOf(dueTick, Math.max(number + 1, dueTick.length * 2));
        }
        long at = -Math.floorDiv(-deadlineNs, tickNs); // rounded up
        dueTick[number] = at;
        lists.append((int) Math.max(at, tick + 1) & places - 1, number);
        size++;
    }

    public void cancel(int number) {
        if (lists.contains(number)) {
            lists.remove(number);
            size--;
        }
    }

    /** Fires what is due, at most {@code budget} timers; the rest fires with the next call. @return how many fired */
    public int advance(long nowNs, int budget, Expiry expiry) {
        if (nowNs >= nextTickNs) {
            collect(Math.floorDiv(nowNs, tickNs));
        }
        int fired = 0;
        for (int number = lists.first(places); number != IndexLists.NONE && fired < budget; number = lists.first(places)) {
            lists.remove(number);
            size--;
            fired++;
            expiry.expired(number, nowNs);
        }
        return fired;
    }

    private void collect(long nowTick) {
        long first = Math.max(tick + 1, nowTick - places + 1);
        for (long passed = first; passed <= nowTick; passed++) {
            int number = lists.first((int) passed & places - 1);
            while (number != IndexLists.NONE) {
                int following = lists.after(number);
                if (dueTick[number] <= nowTick) {
                    lists.remove(number);
                    lists.append(places, number);
                }
                number = following;
            }
        }
        tick = Math.max(tick, nowTick);
        nextTickNs = (tick + 1) * tickNs;
    }
}
