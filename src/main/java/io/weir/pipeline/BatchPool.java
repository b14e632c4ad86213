package io.weir.pipeline;

import io.weir.engine.PacketBatch;
import java.util.function.Supplier;

/**
 * The spare batches: one thread takes, one thread (perhaps the same) gives back. When all are under way nothing is received, which is the
 * back-pressure.
 */
final class BatchPool {
    private final PacketBatch[] spare;
    private volatile long given;
    private volatile long taken;

    BatchPool(int batches, Supplier<PacketBatch> factory) {
        spare = new PacketBatch[batches];
        for (int i = 0; i < batches; i++) {
            spare[i] = factory.get();
        }
        given = batches;
    }

    /** A spare batch; null when all are under way. */
    PacketBatch take() {
        long next = taken;
        if (given == next) {
            return null;
        }
        int place = (int) (next % spare.length);
        PacketBatch batch = spare[place];
        spare[place] = null;
        taken = next + 1;
        return batch;
    }

    void give(PacketBatch batch) {
        long next = given;
        spare[(int) (next % spare.length)] = batch;
        given = next + 1;
    }

    /** Batches lying here. */
    int size() {
        return (int) (given - taken);
    }
}
