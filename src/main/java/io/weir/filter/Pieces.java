package io.weir.filter;

import java.util.Arrays;

/** Where the values of one field lead: neighbouring intervals from 0 on, each with its target, no two neighbours with the same. */
final class Pieces {
    /** The highest value of each interval. */
    private long[] ends = new long[4];
    private int[] targets = new int[4];
    private int count;

    /** Adds the interval from the last end to {@code end}; nothing if it is empty. */
    void add(long end, int target) {
        if (count > 0 && end <= ends[count - 1] || end < 0) {
            return;
        }
        if (count > 0 && targets[count - 1] == target) {
            ends[count - 1] = end;
            return;
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            targets = Arrays.copyOf(targets, count * 2);
        }
        ends[count] = end;
        targets[count++] = target;
    }

    /** Adds the part of {@code other} between the last end and {@code end}. */
    void addPart(Pieces other, long end) {
        for (int i = 0; i < other.count; i++) {
            add(Math.min(end, other.ends[i]), other.targets[i]);
            if (other.ends[i] >= end) {
                return;
            }
        }
    }

    int count() {
        return count;
    }

    long end(int at) {
        return ends[at];
    }

    long start(int at) {
        return at == 0 ? 0 : ends[at - 1] + 1;
    }

    int target(int at) {
        return targets[at];
    }

    /** The target of one value. */
    int of(long value) {
        int at = 0;
        while (ends[at] < value) {
            at++;
        }
        return targets[at];
    }

    /** Are there only two targets, which then take turns? */
    boolean alternate() {
        for (int i = 2; i < count; i++) {
            if (targets[i] != targets[i - 2]) {
                return false;
            }
        }
        return true;
    }
}
