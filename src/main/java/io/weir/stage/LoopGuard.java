package io.weir.stage;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.packet.PacketView;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;
import java.util.List;

/**
 * What must pass whatever the rules say, because redirected it would come back to us: our own connections, and those of local programs that are
 * upstreams of ours. The deciding thread asks; who is exempt may be replaced by any thread.
 */
public final class LoopGuard {
    private static final Verdict OWN = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "it is Weir's own");
    private static final int DNS = 53;
    private static final LocalProxy[] NOBODY = {};

    private final ExemptPorts exempt;
    private final PortSet ownPorts;
    private final long ownPid;
    private final int ownRules;
    private final Counters counters;
    private final Runnable stranger;
    private volatile LocalProxy[] proxies = NOBODY;
    private volatile boolean ownCaught;

    /**
     * @param exempt   connections of ours that the kernel filter could not exclude; null where there are none
     * @param ownPorts TCP ports only sockets of ours are bound to
     * @param ownPid   0: of no process
     * @param ownRules so many rules at the head are not the user's but made for connections of ours, and what they say stands
     * @param stranger called on the deciding thread when an unknown process runs the image of an exempt one: was the program started again?
     */
    public LoopGuard(ExemptPorts exempt, PortSet ownPorts, long ownPid, int ownRules, Counters counters, Runnable stranger) {
        this.exempt = exempt;
        this.ownPorts = ownPorts;
        this.ownPid = ownPid;
        this.ownRules = ownRules;
        this.counters = counters;
        this.stranger = stranger;
    }

    /** Of somebody who has no sockets. */
    public static LoopGuard none() {
        return new LoopGuard(null, PortSet.NONE, 0, 0, new Counters(), () -> { });
    }

    /** From now on these programs pass, and no others. */
    public void exempt(List<LocalProxy> programs) {
        proxies = programs.toArray(LocalProxy[]::new);
    }

    /** Who passes. Any thread. */
    public List<LocalProxy> exempted() {
        return List.of(proxies);
    }

    /** Whether a connection of ours was told by its process, which means that nothing else has told it. Any thread. */
    public boolean ownCaught() {
        return ownCaught;
    }

    /** Does this packet begin a connection of ours? By the port it comes from. */
    boolean isOwn(PacketView view) {
        boolean reserved = view.protocol() == Protocol.TCP.number() && ownPorts.contains(view.sourcePort());
        if (reserved || exempt != null
                && exempt.contains(view.protocol(), view.sourcePort(), view.destinationHigh(), view.destinationLow(), view.destinationPort())) {
            counters.increment(Counter.OWN_TRAFFIC);
            return true;
        }
        return false;
    }

    /**
     * What becomes of a flow after all.
     *
     * @param owner   null: not known, or only the user is
     * @param byRules what the rules say
     */
    Verdict judge(Owner owner, int destinationPort, Verdict byRules) {
        boolean ownRule = byRules.ruleIndex() >= 0 && byRules.ruleIndex() < ownRules;
        if (byRules.needsOwner() || ownRule || byRules.action().kind() == Action.Kind.PASS) {
            return byRules;
        }
        LocalProxy[] current = proxies;
        if (owner == null || !owner.known()) {
            return current.length == 0 ? byRules : Verdict.NEEDS_OWNER;
        }
        if (owner.pid() == ownPid) {
            counters.increment(Counter.OWN_TRAFFIC_BY_OWNER);
            ownCaught |= destinationPort != DNS; // names of upstreams are looked up by sockets that are not ours to bind
            return OWN;
        }
        boolean unknown = false;
        for (LocalProxy proxy : current) {
            if (proxy.covers(owner)) {
                counters.increment(Counter.LOOPS_PREVENTED);
                return proxy.passes(byRules);
            }
            unknown |= proxy.runsSameImage(owner);
        }
        if (unknown) {
            stranger.run();
        }
        return byRules;
    }
}
