package io.weir.cli;

import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;

/** Owners that are known stay; every other flow is taken to belong to one program. */
record AssumedOwners(OwnerLookup known, Owner otherwise) implements OwnerLookup {

    /** @param process name or path of a program; null: nothing is assumed */
    static OwnerLookup over(OwnerLookup known, String process) {
        return process == null ? known : new AssumedOwners(known, Programs.owner(1, process, ""));
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        return orOtherwise(known.find(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, beginning));
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return known.ask(query, (asked, owner) -> answers.found(asked, orOtherwise(owner)));
    }

    private Owner orOtherwise(Owner owner) {
        return owner == null || owner.known() ? owner : otherwise;
    }

    @Override
    public void close() {
        known.close();
    }
}
