package io.weir.stage;

import io.weir.flow.FlowState;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Protocol;
import io.weir.packet.PacketView;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;

/** Finds out who owns a flow: at once if possible, otherwise by a question whose answer comes through the ring. */
final class Attribution {
    private final OwnerLookup lookup;
    private final OwnerLookup.Answers answers;
    private final boolean forLog;
    private final Counters counters;

    Attribution(OwnerLookup lookup, OwnerLookup.Answers answers, boolean forLog, Counters counters) {
        this.lookup = lookup;
        this.answers = answers;
        this.forLog = forLog;
        this.counters = counters;
    }

    /** Is there something to judge by? A user without a process is. */
    static boolean isSomebody(Owner owner) {
        return owner != null && (owner.known() || !owner.user().isEmpty());
    }

    /** The verdict needs the owner. Afterwards the flow has one, or is {@code ownerAsked}, or has {@link Owner#UNKNOWN}. */
    void attribute(LiveFlow flow) {
        if (flow.owner == null && !flow.ownerAsked) {
            flow.owner = find(flow);
            if (flow.owner == null) {
                flow.ownerAsked = ask(flow);
            }
            if (isSomebody(flow.owner)) {
                counters.increment(Counter.OWNER_HIT);
            } else if (!flow.ownerAsked) {
                flow.owner = Owner.UNKNOWN;
                counters.increment(Counter.OWNER_MISS);
            }
        }
    }

    /** Nobody needs the owner, but if it can be said at once, it is worth knowing. */
    void glance(LiveFlow flow) {
        if (flow.owner == null && !flow.ownerAsked && !flow.ownerTimedOut) {
            flow.owner = find(flow);
            if (isSomebody(flow.owner)) {
                counters.increment(Counter.OWNER_HIT);
            }
        }
    }

    /** The verdict stands; the log would like to know. */
    void attributeForLog(LiveFlow flow) {
        if (forLog && flow.owner == null && !flow.ownerAsked && !flow.ownerTimedOut) {
            glance(flow);
            if (flow.owner == null) {
                flow.ownerAsked = ask(flow);
            }
        }
    }

    /** The owner of a packet that has no flow, if that can be said at once. */
    Owner find(Protocol protocol, PacketView view) {
        return lookup.find(protocol, view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                view.destinationHigh(), view.destinationLow(), view.destinationPort(), protocol == Protocol.TCP ? view.tcpSequence() : 0);
    }

    private Owner find(LiveFlow flow) {
        return lookup.find(flow.transport(), flow.sourceHigh(), flow.sourceLow(), flow.sourcePort(),
                flow.destinationHigh(), flow.destinationLow(), flow.destinationPort(), flow.beginning());
    }

    private boolean ask(LiveFlow flow) {
        return lookup.ask(new OwnerQuery(flow.id(), flow.transport(), flow.application(), flow.destination(), flow.beginning()), answers);
    }

    /** An answer has come. */
    void answered(LiveFlow flow, Owner owner) {
        flow.ownerAsked = false;
        flow.owner = owner;
        boolean somebody = isSomebody(owner);
        if (flow.state() == FlowState.ASKING) {
            counters.increment(somebody ? Counter.OWNER_HELD : Counter.OWNER_MISS);
        } else if (flow.ownerTimedOut) {
            counters.increment(somebody ? Counter.OWNER_LATE : Counter.OWNER_MISS);
        } else if (somebody) {
            counters.increment(Counter.OWNER_FOR_LOG);
        }
    }
}
