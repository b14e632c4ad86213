package io.weir.rules;

import io.weir.net.Protocol;
import io.weir.process.Owner;

/** Rules in file order, first match wins. Immutable; safe for any thread. */
public final class RuleSet {

    /**
     * Decides a flow, three-valued: with {@code owner} null (not known yet) the answer is {@link Verdict#NEEDS_OWNER} only when it depends on
     * the owner. {@link Owner#UNKNOWN} means asked for and not found: conditions on the owner then do not match.
     *
     * @param fromRule index of the first rule to look at (0; or one past a rule whose upstream failed with {@code on-failure = "next"})
     */
    public Verdict decide(Protocol protocol, long destinationHigh, long destinationLow, int destinationPort, Owner owner, int fromRule) {
        throw new AssertionError("skeleton");
    }
}
