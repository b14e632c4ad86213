package io.weir.stage;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Plans that nobody uses. One thread takes (decide), one gives back (inject). There are as many as slots were ever under way between
 * the two at once: one where both run on one thread. A full pool lets a plan go to the collector.
 */
final class PlanPool {
    private static final int PLACES = 64;
    private final Plan[] idle = new Plan[PLACES];
    /** Written by one thread each, so released rather than exchanged. */
    private final AtomicLong given = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();

    Plan take() {
        long next = taken.getPlain();
        if (given.getAcquire() == next) {
            return new Plan();
        }
        int place = (int) next & PLACES - 1;
        Plan plan = idle[place];
        idle[place] = null;
        taken.setRelease(next + 1);
        return plan;
    }

    void give(Plan plan) {
        long next = given.getPlain();
        if (next - taken.getAcquire() < PLACES) {
            idle[(int) next & PLACES - 1] = plan;
            given.setRelease(next + 1);
        }
    }
}
