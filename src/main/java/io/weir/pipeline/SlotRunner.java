package io.weir.pipeline;

import io.weir.engine.PacketBatch;

/** Runs stages over slots. A stage that throws costs the slot its treatment, never its packets, and never the thread: nothing is thrown here. */
final class SlotRunner {
    private final Work work;
    private final BatchPool pool;
    private final Failures failures;

    SlotRunner(Work work, BatchPool pool, Failures failures) {
        this.work = work;
        this.pool = pool;
        this.failures = failures;
    }

    void runAll(RingSlot slot) {
        run(Stage.DECODE, slot);
        run(Stage.DECIDE, slot);
        run(Stage.REWRITE, slot);
        run(Stage.INJECT, slot);
    }

    void run(Stage stage, RingSlot slot) {
        if (stage == Stage.INJECT) {
            inject(slot);
        } else if (!slot.failed()) {
            try {
                work.run(stage, slot.slot());
            } catch (RuntimeException | Error problem) {
                slot.fail();
                record(stage, slot, problem);
            }
        }
    }

    private void record(Stage stage, RingSlot slot, Throwable problem) {
        try {
            failures.record(stage, slot.slot(), problem);
        } catch (RuntimeException | Error again) {
            // no memory to tell of it, perhaps; the packets must go on all the same
        }
    }

    private void inject(RingSlot slot) {
        if (!slot.failed()) {
            try {
                work.run(Stage.INJECT, slot.slot());
            } catch (RuntimeException | Error problem) {
                slot.fail();
                record(Stage.INJECT, slot, problem);
            }
        }
        letGo(slot);
    }

    /** The slot is over; its packets go back if a stage has failed on it. */
    private void letGo(RingSlot slot) {
        try {
            if (slot.failed()) {
                work.release(slot.slot());
            }
        } catch (RuntimeException | Error problem) {
            record(Stage.INJECT, slot, problem);
        } finally {
            PacketBatch batch = slot.clear();
            if (batch != null) {
                pool.give(batch);
            }
        }
    }

    /** Nobody will run the stages it has not been through. */
    void giveBack(RingSlot slot) {
        slot.fail();
        letGo(slot);
    }
}
