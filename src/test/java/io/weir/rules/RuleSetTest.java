package io.weir.rules;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RuleSetTest {
    private static final Owner CURL = new Owner(7, 1, "/usr/bin/curl", "curl", "alice");
    private static final Owner WGET = new Owner(8, 1, "/usr/bin/wget", "wget", "bob");

    private static Condition process(String... patterns) {
        return new Condition.Process(List.of(patterns).stream().map(text -> ProcessPattern.parse(text, PathStyle.UNIX)).toList());
    }

    private static Condition to(String... items) {
        return Condition.Destination.parse(List.of(items));
    }

    private static Condition port(String ports) {
        return new Condition.Port(PortSet.parse(ports));
    }

    private static Condition all(Condition... parts) {
        return new Condition.All(List.of(parts));
    }

    private static Rule rule(String name, Condition condition, Action action) {
        return new Rule(name, condition, action, OnFailure.BLOCK);
    }

    @Test
    void shouldTellWhichRuleMakesTheOwnerMatter() {
        Rule byPort = rule("mail", port("25"), Action.BLOCK);
        Rule passes = rule("wget passes", new Condition.Any(List.of(port("80"), process("wget"))), Action.PASS);
        Rule others = rule("others", new Condition.None(List.of(process("curl"))), Action.DROP);
        assertEquals(-1, RuleSet.of(List.of()).firstThatNeedsOwner());
        assertEquals(-1, RuleSet.of(List.of(byPort, passes)).firstThatNeedsOwner(), "it would pass anyway");
        assertEquals(0, RuleSet.of(List.of(passes, byPort)).firstThatNeedsOwner());
        assertEquals(1, RuleSet.of(List.of(byPort, others, passes)).firstThatNeedsOwner());
    }

    private static Verdict decide(RuleSet rules, String destination, Owner owner) {
        Endpoint endpoint = Endpoint.parse(destination);
        return rules.decide(Protocol.TCP, endpoint.address().high(), endpoint.address().low(), endpoint.port(), owner, 0);
    }

    @Test
    void shouldNameTheFactsWhenARuleMatches() {
        Condition condition = all(process("curl"), to("198.51.100.0/24", "203.0.113.0/24"), port("80,443"));
        RuleSet rules = RuleSet.of(List.of(rule("office", condition, Action.proxy("office"))));
        Verdict verdict = decide(rules, "203.0.113.5:443", CURL);
        assertEquals("process curl matched \"curl\"; destination 203.0.113.5 in 203.0.113.0/24; port 443 in 443", verdict.why());
        assertEquals("office", verdict.rule());
        assertEquals(0, verdict.ruleIndex());
        assertEquals("proxy:office", verdict.action().toString());
    }

    @Test
    void shouldNameTheFirstRuleThatMayTouchAnOwner() {
        RuleSet rules = RuleSet.of(List.of(rule("wget passes", process("wget"), Action.PASS), rule("web", port("80"), Action.PASS),
            rule("no curl", new Condition.None(List.of(process("curl"))), Action.BLOCK), rule("mail", port("25"), Action.BLOCK)));
        assertEquals(3, rules.firstThatMayTouch(CURL));
        assertEquals(-1, rules.firstThatMayTouch(WGET));
        assertEquals(2, rules.firstThatMayTouch(Owner.UNKNOWN));
        assertEquals(-1, RuleSet.EMPTY.firstThatMayTouch(CURL));
    }

    @Test
    void shouldNameEveryKindOfFactWhenItMatches() {
        Condition condition = all(new Condition.Transport(Set.of(Protocol.TCP)), new Condition.ProcessId(List.of(7L)),
            new Condition.User(List.of("alice"), PathStyle.UNIX),
            new Condition.None(List.of(process("wget"), port("80"))), new Condition.Any(List.of(port("1-100"), process("/usr/**"))));
        assertEquals("protocol tcp; pid 7 matched; user alice matched \"alice\"; process curl is not \"wget\"; port 443 is not in 80; "
            + "process /usr/bin/curl matched \"/usr/**\"",
            decide(RuleSet.of(List.of(rule("x", condition, Action.BLOCK))), "203.0.113.5:443", CURL).why());
    }

    @Test
    void shouldPassWhenNoRuleMatches() {
        Verdict verdict = decide(RuleSet.of(List.of(rule("x", port("80"), Action.BLOCK))), "203.0.113.5:443", null);
        assertSame(Verdict.NO_RULE, verdict);
        assertEquals(Action.PASS, verdict.action());
        assertSame(Verdict.NO_RULE, decide(RuleSet.EMPTY, "203.0.113.5:443", CURL));
    }

    @Test
    void shouldAskForTheOwnerOnlyWhenTheVerdictDependsOnIt() {
        RuleSet rules = RuleSet.of(List.of(rule("ssh", all(process("curl"), port("22")), Action.BLOCK), rule("web", port("443"), Action.DIRECT),
            rule("curl", process("curl"), Action.PASS)));
        assertTrue(decide(rules, "203.0.113.5:22", null).needsOwner());
        assertEquals(Action.DIRECT, decide(rules, "203.0.113.5:443", null).action());
        assertEquals(Action.PASS, decide(rules, "203.0.113.5:80", null).action());
        assertEquals("every rule that can match says pass", decide(rules, "203.0.113.5:80", null).why());
    }

    @Test
    void shouldBeginAtTheGivenRuleWhenAnUpstreamHasFailed() {
        RuleSet rules = RuleSet.of(List.of(rule("one", Condition.ALWAYS, Action.proxy("a")), rule("two", Condition.ALWAYS, Action.proxy("b"))));
        Endpoint endpoint = Endpoint.parse("203.0.113.5:443");
        assertEquals("two", rules.decide(Protocol.TCP, endpoint.address().high(), endpoint.address().low(), 443, CURL, 1).rule());
        assertSame(Verdict.NO_RULE, rules.decide(Protocol.TCP, endpoint.address().high(), endpoint.address().low(), 443, CURL, 2));
    }

    @Test
    void shouldLeavePrivateAddressesAloneWhenLanIsOffAndNothingNamesThem() {
        List<Rule> list = List.of(rule("printer", to("192.168.1.9"), Action.PASS), rule("lab", to("10.1.0.0/16"), Action.BLOCK),
            rule("rest", to("0.0.0.0/0", "::/0"), Action.proxy("office")));
        RuleSet off = RuleSet.of(list, false);
        assertEquals(1, decide(off, "10.1.2.3:80", CURL).ruleIndex());
        assertEquals(-1, decide(off, "10.2.2.3:80", CURL).ruleIndex());
        assertEquals(2, decide(off, "8.8.8.8:80", CURL).ruleIndex());
        assertEquals(0, decide(off, "192.168.1.9:80", CURL).ruleIndex());
        assertEquals(2, decide(RuleSet.of(list, true), "10.2.2.3:80", CURL).ruleIndex());
    }

    @Test
    void shouldNotMatchOwnerConditionsWhenNobodyIsFound() {
        RuleSet rules = RuleSet.of(List.of(rule("any", process("*"), Action.BLOCK),
            rule("not curl", new Condition.None(List.of(process("curl"))), Action.DROP)));
        assertEquals("not curl", decide(rules, "203.0.113.5:443", Owner.UNKNOWN).rule());
        assertEquals("nobody owns the flow, so the process is not \"curl\"", decide(rules, "203.0.113.5:443", Owner.UNKNOWN).why());
    }

    @Test
    void shouldLeaveTheProcessOpenWhenOnlyTheUserIsKnown() {
        Owner somebody = new Owner(0, 0, "", "", "alice");
        RuleSet rules = RuleSet.of(List.of(rule("bob", new Condition.User(List.of("bob"), PathStyle.UNIX), Action.BLOCK),
            rule("curl", all(process("curl"), port("443")), Action.BLOCK),
            rule("alice", new Condition.User(List.of("alice"), PathStyle.UNIX), Action.DIRECT)));
        assertEquals("alice", decide(rules, "203.0.113.5:80", somebody).rule());
        assertTrue(decide(rules, "203.0.113.5:443", somebody).needsOwner());
        assertEquals("depends on whether the process is \"curl\"",
            rules.explain(Protocol.TCP, Endpoint.parse("203.0.113.5:443"), somebody).lines().get(1).because());
    }

    @Test
    void shouldNameTheShadowWhenARuleCanNeverMatch() {
        RuleSet rules = RuleSet.of(List.of(
            rule("web", all(process("c*"), port("1-1023")), Action.DIRECT),
            rule("narrower", all(port("80,443"), process("curl"), to("203.0.113.0/24")), Action.BLOCK),
            rule("wider", port("80"), Action.BLOCK),
            new Rule("next", Condition.ALWAYS, Action.proxy("a"), OnFailure.NEXT),
            rule("after next", port("81"), Action.BLOCK),
            rule("rest", Condition.ALWAYS, Action.PASS),
            rule("too late", new Condition.Any(List.of(port("5"), process("nc"))), Action.BLOCK)));
        assertArrayEquals(new int[] {-1, 0, -1, -1, -1, -1, 5}, rules.shadows());
    }

    @Test
    void shouldExplainEveryRuleInAlignedLines() {
        RuleSet rules = RuleSet.of(List.of(rule("nc only", process("nc", "ncat", "socat", "telnet"), Action.BLOCK),
            rule("web", port("443"), Action.proxy("office")),
            rule("rest", Condition.ALWAYS, Action.PASS)));
        Owner service = new Owner(640, 1, "", "svchost.exe", "", "Dnscache", Owner.Parent.NONE, "");
        assertEquals("svchost.exe (pid 640, service Dnscache) to 203.0.113.5:443 over tcp",
            rules.explain(Protocol.TCP, Endpoint.parse("203.0.113.5:443"), service).flow());
        Explanation explanation = rules.explain(Protocol.TCP, Endpoint.parse("203.0.113.5:443"), CURL);
        assertEquals(List.of(
            "/usr/bin/curl (pid 7, user alice) to 203.0.113.5:443 over tcp",
            "   1  nc only  block         no match  process curl is not \"nc\", \"ncat\", \"socat\", … (4 in all)",
            "   2  web      proxy:office  DECIDES   port 443 in 443",
            "   3  rest     pass          too late  the rule has no condition",
            "verdict: proxy:office (rule 2 \"web\": port 443 in 443)"), explanation.text());
    }

    @Test
    void shouldExplainWhatTheVerdictDependsOnWhenOwnerIsMissing() {
        RuleSet rules = RuleSet.of(List.of(rule("nc", process("nc"), Action.BLOCK), rule("lan", Condition.ALWAYS, Action.DIRECT)), false);
        assertEquals(List.of(
            "an owner not known yet to 127.0.0.1:80 over tcp",
            "   1  nc   block   depends   depends on whether the process is \"nc\"",
            "   2  lan  direct  depends   the rule has no condition",
            "verdict: not known without the owner",
            "but: loopback destinations are never captured: in truth no rule is asked"),
            rules.explain(Protocol.TCP, Endpoint.parse("127.0.0.1:80"), null).text());
        assertTrue(rules.explain(Protocol.TCP, Endpoint.parse("10.0.0.1:80"), WGET).lines().get(1).because().contains("is private"));
    }
}
