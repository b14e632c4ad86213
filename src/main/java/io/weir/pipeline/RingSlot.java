package io.weir.pipeline;

import io.weir.engine.PacketBatch;
import io.weir.stage.Slot;

/** One place in the ring: a slot of the stages, and whether one of them has thrown. */
final class RingSlot {
    private final Slot slot = new Slot();
    private boolean failed;

    Slot slot() {
        return slot;
    }

    /** The rest of the stages only lets the packets go. */
    boolean failed() {
        return failed;
    }

    void fail() {
        failed = true;
    }

    /** @return the batch it held, or null */
    PacketBatch clear() {
        failed = false;
        return slot.clear();
    }
}
