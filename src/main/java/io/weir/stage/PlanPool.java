package io.weir.stage;

/**
 * Plans that nobody uses. One thread takes (decide), one gives back (inject). There are as many as slots were ever under way between
 * the two at once: one where both run on one thread. A full pool lets a plan go to the collector.
 */
final class PlanPool {
    private static final int PLACES = 64;
    private final Plan[] idle = new Plan[PLACES];
    private volatile long given;
    private volatile long taken;

    Plan take() {
        long next = taken;
        if (given == next) {
            return new Plan();
        }
        int place = (int) next & PLACES - 1;
        Plan plan = idle[place];
        idle[place] = null;
        taken = next + 1;
        return plan;
    }

    void give(Plan plan) {
        long next = given;
        if (next - taken < PLACES) {
            idle[(int) next & PLACES - 1] = plan;
            given = next + 1;
        }
    }
}
