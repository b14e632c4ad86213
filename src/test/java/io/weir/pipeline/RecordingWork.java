package io.weir.pipeline;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.stage.ControlEvent;
import io.weir.stage.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Work that writes down what decide sees, in order, lets every packet go, and can be made to do more in any stage. */
final class RecordingWork implements Work {
    private final Engine engine;
    private final List<Object> seen = new ArrayList<>();
    private final List<Long> tickTimesNs = new ArrayList<>();
    volatile BiConsumer<Stage, Slot> also = (stage, slot) -> { };
    volatile int ticks;

    RecordingWork(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void run(Stage stage, Slot slot) {
        also.accept(stage, slot);
        if (stage == Stage.DECIDE) {
            record(slot);
        }
        if (stage == Stage.INJECT && slot.batch() != null) {
            engine.inject(slot.batch());
        }
    }

    private synchronized void record(Slot slot) {
        if (slot.batch() != null) {
            for (int i = 0; i < slot.batch().count(); i++) {
                seen.add(slot.batch().buffer().getInt(slot.batch().offset(i)));
            }
        } else if (slot.event() != null) {
            seen.add(slot.event());
        } else {
            tickTimesNs.add(slot.nowNs());
            ticks++;
        }
    }

    @Override
    public void release(Slot slot) {
        PacketBatch batch = slot.batch();
        if (batch != null) {
            for (int i = 0; i < batch.count(); i++) {
                if (batch.disposition(i) != Disposition.WITHHOLD) {
                    batch.disposition(i, Disposition.PASS);
                }
            }
            engine.inject(batch);
        }
    }

    /** Packet numbers (Integer) and control events, in the order decide saw them. */
    synchronized List<Object> seen() {
        return List.copyOf(seen);
    }

    /** When each tick was sent off. */
    synchronized List<Long> tickTimesNs() {
        return List.copyOf(tickTimesNs);
    }

    /** Something to offer; two are equal when their numbers are. */
    static ControlEvent event(long number) {
        return new ControlEvent.SessionEnded(number, 0, 0, "");
    }
}
