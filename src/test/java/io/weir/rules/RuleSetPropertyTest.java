package io.weir.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The compiled rules against a loop that reads the conditions as written. */
class RuleSetPropertyTest {

    @Test
    void shouldDecideLikeTheNaiveLoopWhenOwnerIsKnown() {
        for (long seed = 1; seed <= 1500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomRules world = new RandomRules(random);
            boolean lan = random.nextBoolean();
            RuleSet rules = world.ruleSet(6, lan);
            for (int i = 0; i < 20; i++) {
                Protocol protocol = world.protocol();
                Endpoint destination = world.destination();
                Owner owner = RandomRules.OWNERS.get(random.nextInt(RandomRules.OWNERS.size()));
                if (owner.equals(RandomRules.USER_ONLY)) {
                    continue;
                }
                int from = random.nextInt(rules.rules().size() + 1);
                Verdict verdict = decide(rules, protocol, destination, owner, from);
                String message = "seed " + seed + ": " + rules.rules() + " on " + protocol + " " + destination + " " + owner + " from " + from;
                assertEquals(naive(rules, lan, protocol, destination, owner, from), verdict.ruleIndex(), message);
                assertFalse(verdict.needsOwner(), message);
                assertFalse(verdict.why().isBlank(), message);
                assertEquals(verdict.ruleIndex() < 0 ? Action.PASS : rules.rules().get(verdict.ruleIndex()).action(), verdict.action(), message);
            }
        }
    }

    @Test
    void shouldNeverAnswerWrongWhenOwnerIsNotKnown() {
        int answered = 0;
        int asked = 0;
        for (long seed = 1; seed <= 1500; seed++) {
            RandomRules world = new RandomRules(new SplittableRandom(seed));
            RuleSet rules = world.ruleSet(6, true);
            for (int i = 0; i < 10; i++) {
                Protocol protocol = world.protocol();
                Endpoint destination = world.destination();
                Verdict early = decide(rules, protocol, destination, null, 0);
                String message = "seed " + seed + ": " + rules.rules() + " on " + protocol + " " + destination;
                if (early.needsOwner()) {
                    asked++;
                    continue;
                }
                answered++;
                for (Owner owner : RandomRules.OWNERS) {
                    Verdict late = decide(rules, protocol, destination, owner, 0);
                    assertFalse(late.needsOwner(), message + " " + owner);
                    assertEquals(early.action(), late.action(), message + " " + owner);
                    if (early.action() != Action.PASS) {
                        assertEquals(early.ruleIndex(), late.ruleIndex(), message + " " + owner);
                    }
                }
            }
        }
        assertTrue(answered > 500 && asked > 500, answered + " answered, " + asked + " asked");
    }

    @Test
    void shouldAskOnlyWhenTwoOwnersWouldGetDifferentVerdicts() {
        int asked = 0;
        for (long seed = 1; seed <= 1500; seed++) {
            RandomRules world = new RandomRules(new SplittableRandom(seed));
            RuleSet rules = RuleSet.of(world.rules(4, true));
            int tests = world.distinctOwnerTests();
            if (tests > 6) {
                continue;
            }
            Protocol protocol = world.protocol();
            Endpoint destination = world.destination();
            if (!decide(rules, protocol, destination, null, 0).needsOwner()) {
                continue;
            }
            asked++;
            Set<Integer> outcomes = new HashSet<>();
            for (int truths = 0; truths < 1 << tests; truths++) {
                StringBuilder name = new StringBuilder();
                for (int test = 0; test < tests; test++) {
                    name.append(truths >> test & 1);
                }
                outcomes.add(decide(rules, protocol, destination, new Owner(1, 1, "/" + name, name.toString(), ""), 0).ruleIndex());
            }
            assertNotEquals(1, outcomes.size(), "seed " + seed + ": " + rules.rules() + " on " + protocol + " " + destination);
        }
        assertTrue(asked > 100, asked + " asked");
    }

    @Test
    void shouldNeverDecideByARuleThatIsShadowed() {
        int shadowed = 0;
        for (long seed = 1; seed <= 1500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomRules world = new RandomRules(random);
            RuleSet rules = world.ruleSet(6, random.nextBoolean());
            int[] shadows = rules.shadows();
            for (int i = 0; i < shadows.length; i++) {
                shadowed += shadows[i] >= 0 ? 1 : 0;
            }
            for (int i = 0; i < 30; i++) {
                Protocol protocol = world.protocol();
                Endpoint destination = world.destination();
                for (Owner owner : RandomRules.OWNERS) {
                    int rule = decide(rules, protocol, destination, owner, 0).ruleIndex();
                    String message = "seed " + seed + ": rule " + rule + " of " + rules.rules() + " on " + protocol + " " + destination;
                    assertTrue(rule < 0 || shadows[rule] < 0, message);
                }
            }
        }
        assertTrue(shadowed > 100, shadowed + " shadowed");
    }

    @Test
    void shouldNameNoLaterRuleThanOneThatTouchesTheOwner() {
        int touched = 0;
        int none = 0;
        for (long seed = 1; seed <= 1500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomRules world = new RandomRules(random);
            RuleSet rules = world.ruleSet(6, random.nextBoolean());
            for (int i = 0; i < 20; i++) {
                Protocol protocol = world.protocol();
                Endpoint destination = world.destination();
                for (Owner owner : RandomRules.OWNERS) {
                    int first = rules.firstThatMayTouch(owner);
                    none += first < 0 ? 1 : 0;
                    Verdict verdict = decide(rules, protocol, destination, owner, 0);
                    if (!verdict.needsOwner() && verdict.action() != Action.PASS) {
                        touched++;
                        assertTrue(first >= 0 && first <= verdict.ruleIndex() && rules.rules().get(first).action() != Action.PASS,
                            "seed " + seed + ": " + first + " of " + rules.rules() + " for " + owner + " to " + destination);
                    }
                }
            }
        }
        assertTrue(touched > 500 && none > 500, touched + " touched, " + none + " without a rule");
    }

    private static Verdict decide(RuleSet rules, Protocol protocol, Endpoint destination, Owner owner, int from) {
        return rules.decide(protocol, destination.address().high(), destination.address().low(), destination.port(), owner, from);
    }

    private static int naive(RuleSet rules, boolean lan, Protocol protocol, Endpoint destination, Owner owner, int from) {
        List<Rule> list = rules.rules();
        for (int i = from; i < list.size(); i++) {
            Rule rule = list.get(i);
            boolean leftAlone = !lan && rule.action() != Action.PASS && Uncaptured.PRIVATE.contains(destination.address())
                && !names(rule.condition(), destination);
            if (!leftAlone && Reason.holds(rule.condition(), new RuleSet.Flow(protocol, destination, owner)) == Check.YES) {
                return i;
            }
        }
        return -1;
    }

    private static boolean names(Condition condition, Endpoint destination) {
        if (condition instanceof Condition.All all) {
            return all.parts().stream().anyMatch(part -> names(part, destination));
        }
        if (condition instanceof Condition.Any any) {
            return any.parts().stream().anyMatch(part -> names(part, destination));
        }
        return condition instanceof Condition.Destination to && to.items().stream()
            .anyMatch(item -> Uncaptured.PRIVATE.containsAll(item.addresses()) && item.addresses().contains(destination.address()));
    }
}
