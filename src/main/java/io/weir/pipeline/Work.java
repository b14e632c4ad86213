package io.weir.pipeline;

import io.weir.stage.Slot;
import io.weir.stage.Stages;

/** What is done with a slot; any method may throw, none may block. */
interface Work {
    void run(Stage stage, Slot slot);

    /**
     * In place of {@link Stage#INJECT} once a stage has thrown, or after it when it was that one: lets go unchanged what was not withheld and what
     * the engine was not given yet, and forgets what was built.
     */
    void release(Slot slot);

    static Work of(Stages stages) {
        return new Work() {
            @Override
            public void run(Stage stage, Slot slot) {
                switch (stage) {
                    case DECODE -> stages.decode(slot);
                    case DECIDE -> stages.decide(slot);
                    case REWRITE -> stages.rewrite(slot);
                    default -> stages.inject(slot);
                }
            }

            @Override
            public void release(Slot slot) {
                stages.release(slot);
            }
        };
    }
}
