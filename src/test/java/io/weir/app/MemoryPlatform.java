package io.weir.app;

import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.MemoryEngine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import java.util.ArrayList;
import java.util.List;

/** A machine without a kernel: packets come and go through a {@link MemoryEngine}. */
class MemoryPlatform implements Platform {
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
        engine = new MemoryEngine(1000);
        opened++;
        return engine;
    }

    @Override
    public Engine openWatchingEngine(CaptureScope scope, Filter filter, Counters counters) {
        return openEngine(scope, filter, counters);
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
    public List<IpAddress> relayAddresses(RedirectShape shape) {
        return List.of(IpAddress.parse("127.0.0.1"));
    }

    @Override
    public int socketMark() {
        return 0;
    }

    @Override
    public int mostLoopbackAddresses() {
        return mostLoopbackAddresses;
    }

    @Override
    public int loopbackInterface() {
        return 1;
    }

    @Override
    public boolean refuseByResetOnly() {
        return resetOnly;
    }
}
