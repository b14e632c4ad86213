package io.weir.stage;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.flow.Translation;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.metrics.Tally;

/** Last stage: packets of ours first, for what was parked came before what is in the batch; then the batch, in one call. */
final class Inject {
    private final Engine engine;
    private final PlanPool plans;
    private final Counters counters;
    private final Tally tally;

    Inject(Engine engine, PlanPool plans, Counters counters) {
        this.engine = engine;
        this.plans = plans;
        this.counters = counters;
        tally = counters.tally();
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
            slot.handOver();
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
        for (int i = 0; i < batch.count(); i++) {
            switch (batch.disposition(i)) {
                case PASS -> tally.increment(Counter.PACKETS_PASSED);
                case RELEASE_FLOW -> tally.increment(Counter.PACKETS_RELEASED);
                case MODIFIED -> tally.increment(Counter.PACKETS_REWRITTEN);
                default -> { } // withheld: counted with its reason
            }
        }
    }

    /** What no stage finished goes back as it is; packets already rewritten or withheld stay so. What the engine was given is its business. */
    void release(Slot slot) {
        Plan plan = slot.plan();
        if (plan != null) {
            slot.plan(null);
            plans.give(plan);
        }
        PacketBatch batch = slot.batch();
        if (batch != null && !slot.handedOver()) {
            for (int i = 0; i < batch.count(); i++) {
                if (batch.disposition(i) == Disposition.RELEASE_FLOW) {
                    batch.disposition(i, Disposition.PASS);
                }
            }
            count(batch);
            slot.handOver();
            engine.inject(batch);
        }
    }
}
