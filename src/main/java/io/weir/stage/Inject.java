package io.weir.stage;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.flow.Translation;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;

/** Last stage: packets of ours first, for what was parked came before what is in the batch; then the batch, in one call. */
final class Inject {
    private final Engine engine;
    private final PlanPool plans;
    private final Counters counters;

    Inject(Engine engine, PlanPool plans, Counters counters) {
        this.engine = engine;
        this.plans = plans;
        this.counters = counters;
    }

    void inject(Slot slot) {
        Plan plan = slot.plan();
        if (plan != null) {
            send(plan);
            slot.plan(null);
            plans.give(plan);
        }
        if (slot.batch() != null) {
            count(slot.batch());
            engine.inject(slot.batch());
        }
    }

    private void send(Plan plan) {
        for (int i = 0; i < plan.overCount(); i++) { // first: the same tuple may have begun anew
            Translation flow = plan.over(i);
            engine.ended(flow.applicationHigh(), flow.applicationLow(), flow.applicationPort(),
                    flow.destinationHigh(), flow.destinationLow(), flow.destinationPort());
        }
        for (int i = 0; i < plan.begunCount(); i++) {
            Translation flow = plan.begun(i);
            engine.redirected(flow.applicationHigh(), flow.applicationLow(), flow.applicationPort(),
                    flow.destinationHigh(), flow.destinationLow(), flow.destinationPort());
        }
        for (int i = 0; i < plan.injections(); i++) {
            if (!engine.inject(plan.arena(), plan.offset(i), plan.length(i), plan.outbound(i), plan.interfaceIndex(i), plan.subInterfaceIndex(i))) {
                counters.drop(DropReason.INJECT_REFUSED);
            }
        }
        if (plan.injections() > 0) {
            counters.add(Counter.PACKETS_BUILT, plan.injections());
        }
    }

    private void count(PacketBatch batch) {
        int passed = 0;
        int released = 0;
        int rewritten = 0;
        for (int i = 0; i < batch.count(); i++) {
            switch (batch.disposition(i)) {
                case PASS -> passed++;
                case RELEASE_FLOW -> released++;
                case MODIFIED -> rewritten++;
                default -> { } // withheld: counted with its reason
            }
        }
        add(Counter.PACKETS_PASSED, passed);
        add(Counter.PACKETS_RELEASED, released);
        add(Counter.PACKETS_REWRITTEN, rewritten);
    }

    private void add(Counter counter, int packets) {
        if (packets > 0) {
            counters.add(counter, packets);
        }
    }

    /** What no stage finished goes back as it is; packets already rewritten or withheld stay so. */
    void release(Slot slot) {
        Plan plan = slot.plan();
        if (plan != null) {
            slot.plan(null);
            plans.give(plan);
        }
        PacketBatch batch = slot.batch();
        if (batch != null) {
            for (int i = 0; i < batch.count(); i++) {
                if (batch.disposition(i) == Disposition.RELEASE_FLOW) {
                    batch.disposition(i, Disposition.PASS);
                }
            }
            count(batch);
            engine.inject(batch);
        }
    }
}
