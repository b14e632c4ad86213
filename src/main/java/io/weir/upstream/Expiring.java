package io.weir.upstream;

/** Something with a deadline, held by {@link Deadlines}. Loop thread only. */
public interface Expiring {

    /** In {@link System#nanoTime()}; may move in either direction while held. */
    long deadlineNs();

    /** The deadline has passed. Called once for each time it is found passed; leave the list, or move the deadline. */
    void expire(long nowNs);

    /** Where {@link Deadlines} keeps this; kept by the holder so that leaving costs no search. */
    int slot();

    void slot(int slot);
}
