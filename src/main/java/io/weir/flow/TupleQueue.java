package io.weir.flow;

/** First in, first out: numbers, each with a time. Grows by doubling. */
final class TupleQueue {
    private int[] tuples = new int[64];
    private long[] sinceNs = new long[64];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(int tuple, long ns) {
        if (size == tuples.length) {
            grow();
        }
        int at = head + size & tuples.length - 1;
        tuples[at] = tuple;
        sinceNs[at] = ns;
        size++;
    }

    private void grow() {
        int[] moreTuples = new int[size * 2];
        long[] moreSinceNs = new long[size * 2];
        for (int i = 0; i < size; i++) {
            int at = head + i & size - 1;
            moreTuples[i] = tuples[at];
            moreSinceNs[i] = sinceNs[at];
        }
        tuples = moreTuples;
        sinceNs = moreSinceNs;
        head = 0;
    }

    /** The time of the first. */
    long sinceNs() {
        return sinceNs[head];
    }

    int poll() {
        int tuple = tuples[head];
        head = head + 1 & tuples.length - 1;
        size--;
        return tuple;
    }
}
