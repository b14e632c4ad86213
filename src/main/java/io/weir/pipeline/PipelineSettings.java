package io.weir.pipeline;

/**
 * The {@code [pipeline]} table.
 *
 * @param threads   which wiring
 * @param batches   receive buffers that may be under way at once, 2–64; the inline wiring needs but one
 * @param ringSlots places for batches and control events together: a power of two, 64–65536
 */
public record PipelineSettings(Threads threads, int batches, int ringSlots) {
    public static final PipelineSettings DEFAULT = new PipelineSettings(Threads.AUTO, 4, 1024);

    public PipelineSettings {
        if (batches < 2 || batches > 64) {
            throw new IllegalArgumentException("batches " + batches + " is not in 2–64");
        }
        if (ringSlots < 64 || ringSlots > 65_536 || Integer.bitCount(ringSlots) != 1) {
            throw new IllegalArgumentException("ring-slots " + ringSlots + " is not a power of two in 64–65536");
        }
    }
}
