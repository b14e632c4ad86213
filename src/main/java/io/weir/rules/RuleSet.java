package io.weir.rules;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.Arrays;
import java.util.List;

/** Rules in file order, first match wins. Immutable; safe for any thread. */
public final class RuleSet {
    /** No rule: everything passes. */
    public static final RuleSet EMPTY = of(List.of());

    private static final AddressSet NOTHING = AddressSet.of(List.of());

    private final List<Rule> rules;
    private final CompiledRule[] compiled;
    private final OwnerTests ownerTests = new OwnerTests();

    private RuleSet(List<Rule> rules, boolean lan) {
        this.rules = List.copyOf(rules);
        compiled = new CompiledRule[rules.size()];
        for (int i = 0; i < compiled.length; i++) {
            Rule rule = rules.get(i);
            boolean everywhere = lan || rule.action().kind() == Action.Kind.PASS;
            compiled[i] = CompiledRule.of(rule.condition(), everywhere ? NOTHING : Uncaptured.sparedBy(rule.condition()), ownerTests);
        }
    }

    /** Rules that reach private addresses like any other. */
    public static RuleSet of(List<Rule> rules) {
        return new RuleSet(rules, true);
    }

    /**
     * @param lan whether every rule reaches private addresses ({@code capture.lan}); if not, a rule other than {@code pass} matches there only
     *            where its own {@code to} names the range
     */
    public static RuleSet of(List<Rule> rules, boolean lan) {
        return new RuleSet(rules, lan);
    }

    public List<Rule> rules() {
        return rules;
    }

    /** Private addresses that rule {@code index} leaves alone. */
    public AddressSet spared(int index) {
        return compiled[index].spared();
    }

    /**
     * Decides a flow, three-valued: with {@code owner} null (not known yet) the answer is {@link Verdict#NEEDS_OWNER} only when it depends on
     * the owner. {@link Owner#UNKNOWN} means asked for and not found: conditions on the owner then do not match. An owner of whom only the user
     * is known leaves conditions on the process open, so the answer may be the same.
     *
     * @param fromRule index of the first rule to look at (0; or one past a rule whose upstream failed with {@code on-failure = "next"})
     */
    public Verdict decide(Protocol protocol, long destinationHigh, long destinationLow, int destinationPort, Owner owner, int fromRule) {
        byte[] answers = owner == null ? null : ownerTests.answers(owner);
        boolean toPrivate = Uncaptured.PRIVATE.contains(destinationHigh, destinationLow);
        boolean passIsPossible = false;
        for (int i = fromRule; i < compiled.length; i++) {
            int result = compiled[i].evaluate(protocol, destinationHigh, destinationLow, destinationPort, answers, toPrivate);
            if (result == Check.NO) {
                continue;
            }
            Rule rule = rules.get(i);
            boolean pass = rule.action().kind() == Action.Kind.PASS;
            if (!pass && (result == Check.MAYBE || passIsPossible)) {
                return Verdict.NEEDS_OWNER;
            }
            if (result == Check.YES) {
                if (passIsPossible) {
                    return new Verdict(Action.PASS, i, rule.name(), rule.onFailure(), "every rule that can match says pass");
                }
                Flow flow = new Flow(protocol, Endpoint.of(destinationHigh, destinationLow, destinationPort), owner);
                return new Verdict(rule.action(), i, rule.name(), rule.onFailure(), Reason.whyMatched(rule.condition(), flow));
            }
            passIsPossible = true;
        }
        return passIsPossible ? Verdict.NO_RULE_BUT_PASS : Verdict.NO_RULE;
    }

    /** Rule by rule, what matched and what did not, and why. {@code owner} null: not known. */
    public Explanation explain(Protocol protocol, Endpoint destination, Owner owner) {
        return Explanation.of(this, compiled, owner == null ? null : ownerTests.answers(owner), new Flow(protocol, destination, owner));
    }

    /** Index of the first rule other than {@code pass} that some flow of this owner could match, whatever its destination; -1 when there is none. */
    public int firstThatMayTouch(Owner owner) {
        for (int i = 0; i < rules.size(); i++) {
            int possible = possible(rules.get(i).condition(), owner);
            boolean pass = rules.get(i).action().kind() == Action.Kind.PASS;
            if (possible != Check.NO && !pass) {
                return i;
            }
            if (possible == Check.YES) {
                return -1;
            }
        }
        return -1;
    }

    private static int possible(Condition condition, Owner owner) {
        if (condition instanceof Condition.OfOwner test) {
            return OwnerTests.truth(test, owner);
        }
        if (condition instanceof Condition.All all) {
            return all.parts().stream().mapToInt(part -> possible(part, owner)).min().orElse(Check.YES);
        }
        if (condition instanceof Condition.Any any) {
            return any.parts().stream().mapToInt(part -> possible(part, owner)).max().orElse(Check.NO);
        }
        if (condition instanceof Condition.None none) {
            return Check.YES - none.parts().stream().mapToInt(part -> possible(part, owner)).max().orElse(Check.NO);
        }
        return Check.MAYBE;
    }

    /** For every rule the index of an earlier one that leaves nothing to it, or -1. Sound, not complete: what it names can never match. */
    public int[] shadows() {
        int[] out = new int[rules.size()];
        for (int later = 0; later < out.length; later++) {
            out[later] = -1;
            for (int earlier = 0; earlier < later && out[later] < 0; earlier++) {
                boolean covers = spared(later).containsAll(spared(earlier))
                    && Implication.holds(rules.get(later).condition(), rules.get(earlier).condition());
                out[later] = covers && !rules.get(earlier).mayGoOn() ? earlier : -1;
            }
        }
        return out;
    }

    /** Index of the first rule because of which some flow's fate depends on who owns it, -1 when there is none. */
    public int firstThatNeedsOwner() {
        for (int i = 0; i < rules.size(); i++) {
            boolean mattersHere = rules.subList(i, rules.size()).stream().anyMatch(rule -> rule.action().kind() != Action.Kind.PASS);
            if (mattersHere && asksForOwner(rules.get(i).condition())) {
                return i;
            }
        }
        return -1;
    }

    private static boolean asksForOwner(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.parts().stream().anyMatch(RuleSet::asksForOwner);
        }
        if (condition instanceof Condition.Any any) {
            return any.parts().stream().anyMatch(RuleSet::asksForOwner);
        }
        if (condition instanceof Condition.None none) {
            return none.parts().stream().anyMatch(RuleSet::asksForOwner);
        }
        return condition instanceof Condition.OfOwner;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleSet that && rules.equals(that.rules) && reach().equals(that.reach());
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    private List<AddressSet> reach() {
        return Arrays.stream(compiled).map(CompiledRule::spared).toList();
    }

    /** What is known of one flow. */
    record Flow(Protocol protocol, Endpoint destination, Owner owner) {
    }
}
