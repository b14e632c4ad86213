package io.weir.flow;

import java.util.Arrays;

/** Doubly linked lists of small numbers; each number is in at most one list. Appending, removing and taking the first are O(1). */
final class IndexLists {
    static final int NONE = -1;
    private final int lists;
    private int[] next;
    private int[] previous;

    IndexLists(int lists) {
        this.lists = lists;
        next = new int[lists];
        previous = new int[lists];
        for (int list = 0; list < lists; list++) {
            next[list] = list;
            previous[list] = list;
        }
    }

    private int node(int number) {
        int node = lists + number;
        if (node >= next.length) {
            int before = next.length;
            int after = Math.max(node + 1, before * 2);
            next = Arrays.copyOf(next, after);
            previous = Arrays.copyOf(previous, after);
            Arrays.fill(next, before, after, NONE);
        }
        return node;
    }

    boolean contains(int number) {
        int node = node(number);
        return next[node] != NONE;
    }

    /** Puts a number that is in no list at the end of one. */
    void append(int list, int number) {
        int node = node(number);
        int last = previous[list];
        next[last] = node;
        previous[node] = last;
        next[node] = list;
        previous[list] = node;
    }

    /** Takes a number out of its list, if it is in one. */
    void remove(int number) {
        int node = node(number);
        if (next[node] != NONE) {
            next[previous[node]] = next[node];
            previous[next[node]] = previous[node];
            next[node] = NONE;
        }
    }

    int first(int list) {
        return next[list] < lists ? NONE : next[list] - lists;
    }

    /** The one after {@code number}, which is in {@code list}. */
    int after(int number) {
        int node = next[lists + number];
        return node < lists ? NONE : node - lists;
    }
}
