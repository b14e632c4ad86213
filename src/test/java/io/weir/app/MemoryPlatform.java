package io.weir.app;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.MemoryEngine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import io.weir.testkit.PlainPlatform;
import java.util.ArrayList;
import java.util.List;

/** A machine without a kernel: packets come and go through a {@link MemoryEngine}. */
class MemoryPlatform extends PlainPlatform {
    MemoryEngine engine;
    int opened;
    private final OwnerLookup owners;
    CaptureScope scope;
    Filter chosen;
    List<Endpoint> relay = List.of();
    boolean resetOnly;
    int mostLoopbackAddresses = Integer.MAX_VALUE;
    String engineProblem;
    String ownerProblem;
    /** What was opened and closed, in order. */
    final List<String> steps = new ArrayList<>();

    MemoryPlatform(OwnerLookup owners) {
        super((scope, counters) -> new MemoryEngine(1000));
        this.owners = owners;
    }

    @Override
    public Engine openEngine(CaptureScope wanted, Filter filter, Counters counters) {
        if (engineProblem != null) {
            throw new EngineException(engineProblem, "do something else");
        }
        steps.add("engine");
        scope = wanted;
        chosen = filter;
        engine = (MemoryEngine) super.openEngine(wanted, filter, counters);
        opened++;
        return engine;
    }

    @Override
    public OwnerLookup openOwners(Counters counters) {
        if (ownerProblem != null) {
            throw new EngineException(ownerProblem, "do something else");
        }
        steps.add("owners");
        return owners;
    }

    @Override
    public AutoCloseable admitToRelay(RedirectShape shape, List<Endpoint> relay) {
        this.relay = relay;
        steps.add("admit " + shape + " to " + relay.size());
        return () -> steps.add("admit no more");
    }

    @Override
    public int mostLoopbackAddresses() {
        return mostLoopbackAddresses;
    }

    @Override
    public boolean refuseByResetOnly() {
        return resetOnly;
    }
}
