package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.PathStyle;
import io.weir.rules.ProcessPattern;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.stage.LocalProxy;
import io.weir.stage.LoopGuard;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LocalProxiesTest {
    private static final Endpoint HERE = Endpoint.parse("127.0.0.1:7890");
    private static final Owner PROXY = new Owner(4_000_001, 5, "/opt/v2ray", "v2ray", "me");
    private static final Rule ALL = rule("all", Condition.ALWAYS, Action.proxy("local"));

    private final Map<Endpoint, Owner> listening = new HashMap<>();
    private final List<String> said = new ArrayList<>();
    private final Set<Long> running = new HashSet<>();
    private final LoopGuard guard = new LoopGuard(null, PortSet.NONE, 0, 0, new Counters(), () -> { });

    private static Rule rule(String name, Condition condition, Action action) {
        return new Rule(name, condition, action, OnFailure.BLOCK);
    }

    private static Condition process(String pattern) {
        return new Condition.Process(List.of(ProcessPattern.parse(pattern, PathStyle.UNIX)));
    }

    private LocalProxies proxies(List<String> addresses, Rule... rules) {
        List<Upstream> upstreams = new ArrayList<>();
        for (String address : addresses) {
            upstreams.add(Upstream.of(upstreams.isEmpty() ? "local" : "more" + upstreams.size(), UpstreamType.SOCKS5, address, null));
        }
        return new LocalProxies(new Upstreams(upstreams), RuleSet.of(List.of(rules)), at -> listening.getOrDefault(at, Owner.UNKNOWN),
            running::contains, text -> said.add("warn " + text), text -> said.add("info " + text));
    }

    @Test
    void shouldNameTheLoopOnce() {
        listening.put(HERE, PROXY);
        Rule others = rule("others", process("curl"), Action.BLOCK);
        LocalProxies proxies = proxies(List.of("127.0.0.1:7890"), others, ALL);
        for (int i = 0; i < 3; i++) {
            assertTrue(proxies.refresh(guard));
        }
        assertEquals(List.of("warn 127.0.0.1:7890 is v2ray (pid 4000001), which your rule 2 \"all\" redirects to 127.0.0.1:7890; "
            + "its own connections would come back, so they pass whatever the rules say"), said);
    }

    @Test
    void shouldSayWhatARuleThatNamesTheProgramDoes() {
        listening.put(HERE, PROXY);
        proxies(List.of("127.0.0.1:7890"), rule("rule 1", process("v2ray"), Action.BLOCK)).refresh(guard);
        assertTrue(said.get(0).contains("which your rule 1 blocks;"), said.get(0));
    }

    @Test
    void shouldSayNothingWhenNoRuleTouchesTheProgram() {
        listening.put(HERE, PROXY);
        assertTrue(proxies(List.of("127.0.0.1:7890"), rule("spared", process("v2ray"), Action.PASS), ALL).refresh(guard));
        assertEquals(List.of(), said);
    }

    @Test
    void shouldKnowThatAProgramIsMissingAndFindItWhenItComes() {
        LocalProxies proxies = proxies(List.of("127.0.0.1:7890"), ALL);
        assertFalse(proxies.refresh(guard));
        listening.put(HERE, PROXY);
        assertTrue(proxies.refresh(guard));
        assertEquals(1, said.size());
        listening.put(HERE, new Owner(4_000_002, 6, PROXY.path(), PROXY.name(), "me"));
        assertTrue(proxies.refresh(guard));
        assertEquals(1, said.size(), "the same program, started again");
        listening.put(HERE, new Owner(4_000_003, 7, "/opt/other", "other", "me"));
        proxies.refresh(guard);
        assertEquals(2, said.size());
        listening.clear();
        assertFalse(proxies.refresh(guard));
    }

    /** Tables cannot always be read, and an exempt program of which that is true would be caught in a loop. */
    @Test
    void shouldGoOnExemptingAProgramThatIsNotFoundButRuns() {
        LocalProxies proxies = proxies(List.of("127.0.0.1:7890"), ALL);
        listening.put(HERE, PROXY);
        running.add(PROXY.pid());
        proxies.refresh(guard);
        listening.clear();
        assertFalse(proxies.refresh(guard), "it is to be looked for");
        assertEquals(List.of(PROXY), guard.exempted().stream().map(LocalProxy::program).toList());
        running.clear();
        assertFalse(proxies.refresh(guard));
        assertEquals(List.of(), guard.exempted(), "it has ended");
    }

    @Test
    void shouldNeverExemptWeirItselfNorAskAboutUpstreamsElsewhere() {
        listening.put(HERE, new Owner(ProcessHandle.current().pid(), 1, "/usr/bin/java", "java", "me"));
        listening.put(Endpoint.parse("203.0.113.9:1080"), PROXY);
        assertFalse(proxies(List.of("127.0.0.1:7890", "203.0.113.9:1080", "proxy.example:1080"), ALL).refresh(guard));
        assertEquals(List.of(), said);
        assertTrue(proxies(List.of("203.0.113.9:1080"), ALL).refresh(guard), "there is nobody to wait for");
    }

    @Test
    void shouldTellLocalUpstreamsFromOthers() {
        List<Upstream> upstreams = Stream.of("127.0.0.1:1", "127.3.2.1:2", "[::1]:3", "localhost:4", "203.0.113.5:5", "proxy.example:6", "0.0.0.0:7")
            .map(address -> Upstream.of(address, UpstreamType.HTTP, address, null)).toList();
        assertEquals(Stream.of("127.0.0.1:1", "127.3.2.1:2", "[::1]:3", "127.0.0.1:4", "[::1]:4").map(Endpoint::parse).toList(),
            LocalUpstreams.among(upstreams));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "its child is sleep(1); the JDK lists processes of Windows the same way")
    void shouldFindChildrenThatRunTheSameImage() throws Exception {
        ProcessHandle self = ProcessHandle.current();
        String shell = ProcessHandle.of(new ProcessBuilder("sleep", "30").start().pid()).orElseThrow().info().command().orElse("");
        try {
            Owner parent = new Owner(self.pid(), 1, shell, "sleep", "me");
            long[] children = self.children().filter(child -> child.info().command().filter(shell::equals).isPresent())
                .mapToLong(ProcessHandle::pid).sorted().toArray();
            assertTrue(children.length > 0);
            assertEquals(java.util.Arrays.toString(children), java.util.Arrays.toString(ProcessFamily.sameImage(parent)));
            assertEquals(0, ProcessFamily.sameImage(new Owner(self.pid(), 1, "/no/such/image", "x", "me")).length);
            assertEquals(0, ProcessFamily.sameImage(new Owner(self.pid(), 1, "", "x", "me")).length);
        } finally {
            self.children().filter(child -> child.info().command().filter(shell::equals).isPresent()).forEach(ProcessHandle::destroy);
        }
    }
}
