package io.weir.testkit;

import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;

/** Nobody owns anything, and that is known at once. */
public final class NoOwners implements OwnerLookup {
    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        return Owner.UNKNOWN;
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return false;
    }

    @Override
    public void close() {
        // holds nothing
    }
}
