package io.weir.pipeline;

import io.weir.engine.PacketBatch;

/** Runs stages over slots. A stage that throws costs the slot its treatment, never its packets, and never the thread. */
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
                failures.record(stage, slot.slot(), problem);
            }
        }
    }

    private void inject(RingSlot slot) {
        try {
            if (slot.failed()) {
                work.release(slot.slot());
            } else {
                work.run(Stage.INJECT, slot.slot());
            }
        } catch (RuntimeException | Error problem) {
            failures.record(Stage.INJECT, slot.slot(), problem);
        } finally {
            PacketBatch batch = slot.clear();
            if (batch != null) {
                pool.give(batch);
            }
        }
    }
}
