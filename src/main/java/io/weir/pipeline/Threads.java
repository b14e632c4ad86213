package io.weir.pipeline;

/** How many threads the stages are spread over. The stages, the ring and the order of events are the same in each. */
public enum Threads {
    /** By the number of cores. */
    AUTO,
    /** The receiving thread runs every stage: no packet crosses a thread. */
    INLINE,
    /** One thread receives, one runs every stage. */
    FUSED,
    /** One thread receives, and each stage has its own. */
    STAGED;

    /** Up to this many cores a hop between threads costs more than it gains (measured: 20 % of latency on two). */
    private static final int FEW_CORES = 3;

    /** What {@link #AUTO} means on a machine with {@code cores} cores; every other value is itself. */
    public Threads resolve(int cores) {
        if (this != AUTO) {
            return this;
        }
        return cores <= FEW_CORES ? INLINE : FUSED;
    }
}
