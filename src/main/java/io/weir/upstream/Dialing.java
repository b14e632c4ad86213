package io.weir.upstream;

/** A dial under way. */
public interface Dialing {

    /** Gives it up; its outcome is not told any more. Loop thread only; harmless when it is over. */
    void cancel();
}
