package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.flow.FlowState;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.net.Protocol;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.RuleSet;
import io.weir.rules.Verdict;

/** Applies the rules to a flow and brings it into the state that follows. What happens to its packets follows from the state. */
final class Judge {
    private final OwnerUnknown ownerUnknown;
    private final Selection selection;
    private final LoopGuard guard;
    private final Attribution attribution;
    private final Lifecycle lifecycle;
    private final Dialer dialer;
    private final Journal journal;
    private final Counters counters;

    Judge(OwnerUnknown ownerUnknown, Selection selection, LoopGuard guard, Attribution attribution, Lifecycle lifecycle, Dialer dialer,
          Journal journal, Counters counters) {
        this.ownerUnknown = ownerUnknown;
        this.selection = selection;
        this.guard = guard;
        this.attribution = attribution;
        this.lifecycle = lifecycle;
        this.dialer = dialer;
        this.journal = journal;
        this.counters = counters;
    }

    /** Judges by the rules from {@code flow.fromRule} on; the flow is ASKING afterwards if they need an owner who is still being asked for. */
    void judge(LiveFlow flow, long nowNs) {
        Verdict verdict = verdict(flow);
        if (verdict.needsOwner()) {
            attribution.attribute(flow);
            if (flow.ownerAsked && !flow.ownerTimedOut) {
                lifecycle.enter(flow, FlowState.ASKING, nowNs);
                return;
            }
            verdict = verdict(flow);
            if (verdict.needsOwner()) { // nobody was found, or only a user where the process counts
                verdict = unknownOwner(flow);
            }
        }
        carryOut(flow, verdict, nowNs);
    }

    /** Passes the flow that {@code packet} begins if it is {@link Selection#leftOut left out}; otherwise as {@link #judge}. */
    void judgeFirst(LiveFlow flow, PacketBatch batch, int packet, long nowNs) {
        Verdict leftOut = selection.leftOut(batch, packet);
        if (leftOut != null) {
            carryOut(flow, leftOut, nowNs);
        } else {
            judge(flow, nowNs);
        }
    }

    /** Without an entry to note anything in: would the flow of this packet be left alone? */
    boolean passes(PacketBatch batch, int packet, PacketView view, RuleSet rules) {
        if (selection.leftOut(batch, packet) != null) {
            return true;
        }
        Protocol protocol = view.kind() == PacketKind.TCP ? Protocol.TCP : Protocol.UDP;
        Verdict verdict = verdict(rules, protocol, view, null);
        if (verdict.needsOwner()) {
            Owner owner = attribution.find(protocol, view);
            if (Attribution.isSomebody(owner)) {
                verdict = verdict(rules, protocol, view, owner);
            }
        }
        return verdict.needsOwner() ? ownerUnknown == OwnerUnknown.PASS && !refuses(byRules(rules, protocol, view, null))
            : verdict.action().kind() == Action.Kind.PASS;
    }

    private Verdict verdict(RuleSet rules, Protocol protocol, PacketView view, Owner owner) {
        return guard.judge(owner, view.destinationPort(), byRules(rules, protocol, view, owner));
    }

    private static Verdict byRules(RuleSet rules, Protocol protocol, PacketView view, Owner owner) {
        return rules.decide(protocol, view.destinationHigh(), view.destinationLow(), view.destinationPort(), owner, 0);
    }

    /** The rules refuse it, whoever it is. */
    private static boolean refuses(Verdict byRules) {
        Action.Kind kind = byRules.needsOwner() ? Action.Kind.PASS : byRules.action().kind();
        return kind == Action.Kind.BLOCK || kind == Action.Kind.DROP;
    }

    /** By the rules, unless the flow would come back to us. */
    private Verdict verdict(LiveFlow flow) {
        if (flow.tcp() && lifecycle.dials().many(flow)) {
            attribution.glance(flow);
        }
        return guard.judge(owner(flow), flow.destinationPort(), byRules(flow));
    }

    private static Verdict byRules(LiveFlow flow) {
        return flow.rules.decide(flow.transport(), flow.destinationHigh(), flow.destinationLow(), flow.destinationPort(), owner(flow), flow.fromRule);
    }

    private static Owner owner(LiveFlow flow) {
        return Attribution.isSomebody(flow.owner) ? flow.owner : null;
    }

    /** What is refused whoever it is stays refused: only {@link #guard} wanted to know, and no loop comes of it. */
    private Verdict unknownOwner(LiveFlow flow) {
        String nobody = flow.ownerTimedOut ? "the owner was not found in time" : "nobody was found who owns it";
        Verdict byRules = byRules(flow);
        if (refuses(byRules)) {
            return new Verdict(byRules.action(), byRules.ruleIndex(), byRules.rule(), byRules.onFailure(), byRules.why() + "; " + nobody);
        }
        Action action = switch (ownerUnknown) {
            case PASS -> Action.PASS;
            case DIRECT -> Action.DIRECT;
            case BLOCK -> Action.BLOCK;
        };
        return new Verdict(action, -1, "", OnFailure.BLOCK, nobody + "; owner.unknown = " + action);
    }

    /** The owner has not been found in time. */
    void ownerTimedOut(LiveFlow flow, long nowNs) {
        flow.ownerTimedOut = true;
        Verdict verdict = verdict(flow);
        carryOut(flow, verdict.needsOwner() ? unknownOwner(flow) : verdict, nowNs);
    }

    private void carryOut(LiveFlow flow, Verdict verdict, long nowNs) {
        flow.verdict = verdict;
        journal.judged(flow);
        attribution.attributeForLog(flow);
        switch (verdict.action().kind()) {
            case PASS -> pass(flow, nowNs);
            case BLOCK -> {
                flow.answer = flow.tcp() ? Answer.RESET : Answer.PORT;
                flow.reason = DropReason.RULE_BLOCK;
                lifecycle.enter(flow, FlowState.REFUSED, nowNs);
                journal.opened(flow, Outcome.BLOCKED, nowNs);
            }
            case DROP -> {
                lifecycle.enter(flow, FlowState.DROPPED, nowNs);
                journal.opened(flow, Outcome.DROPPED, nowNs);
            }
            case DIRECT, PROXY -> relay(flow, nowNs);
        }
    }

    private void pass(LiveFlow flow, long nowNs) {
        lifecycle.enter(flow, FlowState.PASSED, nowNs);
        journal.opened(flow, Outcome.PASSED, nowNs);
    }

    private void relay(LiveFlow flow, long nowNs) {
        Action action = flow.verdict.action();
        if (flow.tcp()) {
            dialer.dial(flow, action.upstream(), nowNs);
        } else if (action.kind() == Action.Kind.DIRECT) {
            flow.note("UDP goes out as it is");
            pass(flow, nowNs);
        } else {
            flow.note("UDP is not carried through " + action);
            fallBack(flow, Answer.PORT, nowNs);
        }
    }

    /** The relay could not connect. */
    void dialFailed(LiveFlow flow, Refusal refusal, String why, long nowNs) {
        flow.ordered = false;
        flow.note(why);
        if (mayFallBack(flow, refusal)) {
            fallBack(flow, Answer.to(refusal), nowNs);
        } else {
            dialer.refuse(flow, Answer.to(refusal), DropReason.DIAL_FAILED, nowNs);
        }
    }

    /** Did the way fail that the rule chose, rather than the destination? Without an upstream the network itself is the way. */
    private static boolean mayFallBack(LiveFlow flow, Refusal refusal) {
        return switch (refusal) {
            case UPSTREAM_FAILED, TIMED_OUT -> true;
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE, PROHIBITED -> flow.verdict.action().kind() == Action.Kind.DIRECT;
            case REFUSED, EXHAUSTED -> false;
        };
    }

    private void fallBack(LiveFlow flow, Answer answer, long nowNs) {
        OnFailure onFailure = flow.fellBack ? OnFailure.BLOCK : flow.verdict.onFailure();
        boolean proxied = flow.verdict.action().kind() == Action.Kind.PROXY;
        if (onFailure == OnFailure.NEXT) {
            counters.increment(Counter.FLOWS_FELL_BACK);
            flow.note("on-failure = next");
            flow.fromRule = flow.verdict.ruleIndex() + 1;
            dialer.forget(flow);
            judge(flow, nowNs);
        } else if (onFailure == OnFailure.DIRECT && proxied) {
            counters.increment(Counter.FLOWS_FELL_BACK);
            flow.note("on-failure = direct");
            flow.fellBack = true;
            if (flow.tcp()) {
                dialer.dial(flow, null, nowNs);
            } else {
                pass(flow, nowNs);
            }
        } else {
            dialer.refuse(flow, answer, DropReason.DIAL_FAILED, nowNs);
        }
    }
}
