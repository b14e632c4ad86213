package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.PathStyle;
import io.weir.rules.ProcessPattern;
import io.weir.rules.RandomRules;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.rules.Uncaptured;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RuleLoweringTest {
    private static final Condition CURL = new Condition.Process(List.of(ProcessPattern.parse("curl", PathStyle.UNIX)));

    private static Rule rule(Action action, Condition... parts) {
        return new Rule("x", new Condition.All(List.of(parts)), action, OnFailure.BLOCK);
    }

    private static Condition to(String... items) {
        return Condition.Destination.parse(List.of(items));
    }

    private static Condition port(String ports) {
        return new Condition.Port(PortSet.parse(ports));
    }

    private static CaptureScope scope(boolean lan, Rule... rules) {
        CaptureSettings settings = new CaptureSettings(lan, false, AddressSet.parse(List.of()), false);
        return RuleLowering.scope(RuleSet.of(List.of(rules), lan), List.of(), List.of(), settings);
    }

    private static boolean covers(CaptureScope scope, Protocol protocol, String destination) {
        return covers(scope, protocol, Endpoint.parse(destination));
    }

    private static boolean covers(CaptureScope scope, Protocol protocol, Endpoint destination) {
        IpAddress address = destination.address();
        return !scope.excludedDestinations().contains(address) && scope.clauses().stream().anyMatch(clause -> clause.protocol() == protocol
            && (clause.destinations() == null || clause.destinations().contains(address))
            && (clause.ports() == null || clause.ports().contains(destination.port())));
    }

    @Test
    void shouldCaptureNothingWhenNoRuleDoesAnything() {
        assertEquals(List.of(), scope(true).clauses());
        assertEquals(List.of(), scope(true, rule(Action.PASS, CURL)).clauses());
    }

    @Test
    void shouldNeedOneClauseForEachProtocolWhenARuleNamesOnlyAProcess() {
        List<CaptureClause> clauses = scope(false, rule(Action.proxy("office"), CURL)).clauses();
        assertEquals(2, clauses.size());
        assertEquals(Protocol.TCP, clauses.get(0).protocol());
        assertNull(clauses.get(0).destinations());
        assertNull(clauses.get(0).ports());
        assertNull(clauses.get(1).destinations());
        assertEquals(CaptureRegion.EVERY_PORT.minus(Uncaptured.DHCP_PORTS), clauses.get(1).ports());
    }

    @Test
    void shouldCaptureOnlyWhatTheRuleNames() {
        CaptureScope scope = scope(false, rule(Action.BLOCK, CURL, to("203.0.113.0/24", "10.1.0.0/16"), port("80,443"),
            new Condition.Transport(java.util.Set.of(Protocol.TCP))));
        assertEquals(1, scope.clauses().size());
        assertTrue(covers(scope, Protocol.TCP, "203.0.113.9:443"));
        assertTrue(covers(scope, Protocol.TCP, "10.1.2.3:80"));
        assertFalse(covers(scope, Protocol.UDP, "203.0.113.9:443"));
        assertFalse(covers(scope, Protocol.TCP, "203.0.113.9:22"));
        assertFalse(covers(scope, Protocol.TCP, "10.2.2.3:80"));
    }

    @Test
    void shouldLeaveOutWhatAnEarlierRulePasses() {
        CaptureScope scope = scope(true, rule(Action.PASS, to("198.51.100.0/24")), rule(Action.PASS, port("22")),
            rule(Action.PASS, CURL, port("443")), rule(Action.proxy("office"), CURL));
        assertFalse(covers(scope, Protocol.TCP, "198.51.100.7:443"));
        assertFalse(covers(scope, Protocol.TCP, "203.0.113.7:22"));
        assertTrue(covers(scope, Protocol.TCP, "203.0.113.7:443"));
        assertTrue(covers(scope, Protocol.TCP, "10.0.0.1:80"));
    }

    @Test
    void shouldExcludeWhatTheFileExcludes() {
        CaptureSettings settings = new CaptureSettings(true, false, AddressSet.parse(List.of("203.0.113.0/24")), true);
        RuleSet rules = RuleSet.of(List.of(rule(Action.BLOCK), rule(Action.BLOCK, to("203.0.113.7"))), true);
        Endpoint upstream = Endpoint.parse("192.0.2.1:1080");
        Endpoint relay = Endpoint.parse("127.0.0.1:4000");
        CaptureScope scope = RuleLowering.scope(rules, List.of(upstream), List.of(relay), settings);
        assertFalse(covers(scope, Protocol.TCP, "203.0.113.7:80"));
        assertTrue(covers(scope, Protocol.TCP, "203.0.114.7:80"));
        assertEquals(List.of(upstream), scope.excludedEndpoints());
        assertEquals(List.of(relay), scope.relayEndpoints());
        assertTrue(scope.onOverloadPass());
        assertTrue(RuleLowering.reachesAnything(rules, 0, settings));
        assertFalse(RuleLowering.reachesAnything(rules, 1, settings));
        assertEquals("capture.exclude names 203.0.113.7", settings.whyNever(IpAddress.parse("203.0.113.7")));
        assertEquals("multicast destinations are never captured", settings.whyNever(IpAddress.parse("224.0.0.251")));
        assertNull(settings.whyNever(IpAddress.parse("203.0.114.7")));
    }

    @Test
    void shouldSayARuleReachesNothingWhenItNamesOnlyWhatIsNeverCaptured() {
        RuleSet rules = RuleSet.of(List.of(rule(Action.BLOCK, to("127.0.0.0/8", "224.0.0.1")), rule(Action.BLOCK, to("10.0.0.0/8")),
            rule(Action.BLOCK, new Condition.None(List.of(to("0.0.0.0/0", "::/0"))))), false);
        assertFalse(RuleLowering.reachesAnything(rules, 0, CaptureSettings.DEFAULT));
        assertTrue(RuleLowering.reachesAnything(rules, 1, CaptureSettings.DEFAULT));
        assertFalse(RuleLowering.reachesAnything(rules, 2, CaptureSettings.DEFAULT));
    }

    @Test
    void shouldCoverEveryFlowARuleCanTouchAndNothingForbiddenWhenRulesAreRandom() {
        int covered = 0;
        int left = 0;
        for (long seed = 1; seed <= 400; seed++) {
            RandomScene scene = new RandomScene(seed);
            CaptureScope scope = RuleLowering.scope(scene.rules, List.of(), List.of(), scene.settings);
            for (int i = 0; i < 30; i++) {
                Protocol protocol = scene.world.protocol();
                Endpoint destination = scene.world.destination();
                String message = "seed " + seed + ": " + protocol + " " + destination + " with " + scene.rules.rules() + " gives " + scope;
                boolean covers = covers(scope, protocol, destination);
                if (scene.neverCaptures(protocol, destination)) {
                    assertFalse(covers, message);
                } else if (RandomRules.touched(scene.rules, protocol, destination)) {
                    assertTrue(covers, message);
                    covered++;
                } else {
                    left += covers ? 0 : 1;
                }
            }
        }
        assertTrue(covered > 500 && left > 500, covered + " covered, " + left + " left out");
    }

    @Test
    void shouldStayWithinTheLimitsWhenRulesAreManyAndScattered() {
        SplittableRandom random = new SplittableRandom(7);
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            List<String> items = new ArrayList<>();
            StringBuilder ports = new StringBuilder("1");
            for (int j = random.nextInt(1, 20); j > 0; j--) {
                items.add(random.nextInt(1, 224) + "." + random.nextInt(256) + "." + random.nextInt(256) + ".0/24");
                ports.append(',').append(random.nextInt(65_536));
            }
            rules.add(rule(random.nextInt(10) == 0 ? Action.PASS : Action.DIRECT, to(items.toArray(String[]::new)), port(ports.toString())));
        }
        RuleSet set = RuleSet.of(rules, false);
        CaptureScope scope = RuleLowering.scope(set, List.of(), List.of(), CaptureSettings.DEFAULT);
        assertTrue(scope.clauses().size() <= RuleLowering.MOST_CLAUSES, scope.clauses().size() + " clauses");
        for (CaptureClause clause : scope.clauses()) {
            assertTrue(clause.destinations() == null || clause.destinations().ranges().size() <= RuleLowering.MOST_RANGES, "addresses");
            assertTrue(clause.ports() == null || clause.ports().ranges().size() <= RuleLowering.MOST_PORT_RUNS, "ports");
        }
        for (int i = 0; i < 5000; i++) {
            int bits = random.nextInt(1, 256) << 24 | random.nextInt(1 << 16) << 8 | 1;
            Endpoint destination = new Endpoint(IpAddress.ofIpv4(bits), random.nextInt(65_536));
            boolean covers = covers(scope, Protocol.TCP, destination);
            if (Uncaptured.NEVER.contains(destination.address())) {
                assertFalse(covers, destination.toString());
            } else if (RandomRules.touched(set, Protocol.TCP, destination)) {
                assertTrue(covers, destination.toString());
            }
        }
        for (Rule rule : rules) {
            String item = ((Condition.Destination) ((Condition.All) rule.condition()).parts().get(0)).items().get(0).text().replace(".0/24", ".9:1");
            Endpoint destination = Endpoint.parse(item);
            if (settingsAllow(destination) && RandomRules.touched(set, Protocol.TCP, destination)) {
                assertTrue(covers(scope, Protocol.TCP, destination), destination.toString());
            }
        }
    }

    private static boolean settingsAllow(Endpoint destination) {
        return CaptureSettings.DEFAULT.whyNever(destination.address()) == null;
    }
}
