package io.weir.stage;

import io.weir.engine.Engine;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.process.OwnerLookup;
import io.weir.rules.RuleSet;

/**
 * The four stages. Every slot goes through {@link #decode}, {@link #decide}, {@link #rewrite} and {@link #inject} in this order and slots stay
 * in order; each method may have a thread of its own. {@link #decide} owns every table; the others look only into the slot.
 */
public final class Stages {

    /**
     * @param answers hands {@link ControlEvent.OwnerFound} to the ring
     * @param seed    of the flow table's hash: unpredictable, but fixed where runs must repeat
     */
    public Stages(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect, OwnerLookup owners,
                  OwnerLookup.Answers answers, RelayPort relay, FlowLog log, Engine engine, Counters counters, long seed) {
        throw new AssertionError("skeleton");
    }

    /** Parses every packet of the slot. */
    public void decode(Slot slot) {
        throw new AssertionError("skeleton");
    }

    /** Moves the time to the slot's, carries out its event, and notes for every packet what is to be done. */
    public void decide(Slot slot) {
        throw new AssertionError("skeleton");
    }

    /** Rewrites the packets that need it, in place. */
    public void rewrite(Slot slot) {
        throw new AssertionError("skeleton");
    }

    /** Hands built and released packets, then the batch, to the engine. The slot can be cleared afterwards. */
    public void inject(Slot slot) {
        throw new AssertionError("skeleton");
    }

    /** Instead of the remaining stages, when one has failed: packets go back as they came, what was built is forgotten. */
    public void release(Slot slot) {
        throw new AssertionError("skeleton");
    }
}
