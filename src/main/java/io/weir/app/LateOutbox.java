package io.weir.app;

import io.weir.pipeline.Outbox;
import io.weir.stage.ControlEvent;

/** Stands in for an outbox until the pipeline that owns it exists: stages are made before the pipeline and before any packet flows. */
final class LateOutbox {
    private volatile Outbox outbox;

    void into(Outbox made) {
        outbox = made;
    }

    void send(ControlEvent event) {
        Outbox to = outbox;
        if (to != null) {
            to.send(event);
        }
    }
}
