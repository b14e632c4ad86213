package io.weir.testkit;

import io.weir.app.Platform;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.filter.Filter;
import io.weir.metrics.Counters;
import io.weir.net.IpAddress;
import io.weir.process.OwnerLookup;
import io.weir.stage.RedirectShape;
import java.util.List;
import java.util.function.BiFunction;

/** A machine with nothing peculiar, whose engine the test gives; nobody owns anything there. */
public class PlainPlatform implements Platform {
    private final BiFunction<CaptureScope, Counters, Engine> engine;

    public PlainPlatform(BiFunction<CaptureScope, Counters, Engine> engine) {
        this.engine = engine;
    }

    @Override
    public Engine openEngine(CaptureScope scope, Filter chosen, Counters counters) {
        return engine.apply(scope, counters);
    }

    @Override
    public Engine openWatchingEngine(CaptureScope scope, Filter chosen, Counters counters) {
        return openEngine(scope, chosen, counters);
    }

    @Override
    public OwnerLookup openOwners(Counters counters) {
        return new FakeOwnerLookup();
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
    public int loopbackInterface() {
        return 1;
    }

    @Override
    public boolean refuseByResetOnly() {
        return false;
    }
}
