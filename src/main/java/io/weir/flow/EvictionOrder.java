package io.weir.flow;

/** Which flow gives way when the table is full: those that are over first, then those never established, the longest-standing first. */
public final class EvictionOrder {
    /** Nothing may be evicted. */
    public static final int NONE = IndexLists.NONE;
    private static final int OVER = 0;
    private static final int UNESTABLISHED = 1;
    private final IndexLists lists = new IndexLists(2);

    /** Puts the flow at the end of those that are over or only remembered. */
    public void over(int index) {
        lists.remove(index);
        lists.append(OVER, index);
    }

    /** Puts the flow at the end of those never established. */
    public void unestablished(int index) {
        lists.remove(index);
        lists.append(UNESTABLISHED, index);
    }

    /** The flow must not be evicted, or is gone. */
    public void remove(int index) {
        lists.remove(index);
    }

    /** Index of the flow to evict, or {@link #NONE}. */
    public int next() {
        int over = lists.first(OVER);
        return over != NONE ? over : lists.first(UNESTABLISHED);
    }
}
