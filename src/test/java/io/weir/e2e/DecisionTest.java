package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Haste;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Five copies of one program ask for the same page; their names alone decide what becomes of them. */
@EndToEnd
class DecisionTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    /** A SYN is sent again after one second. */
    private static final long SILENCE_MS = 1500;

    private static WeirFile fiveWays(String redirect) {
        return new WeirFile().redirect(redirect).upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied"))
            .rule("straight out", "direct", WeirFile.process("fetch-direct"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked"))
            .rule("silence", "drop", WeirFile.process("fetch-dropped"));
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldDoWhatTheRuleSaysForEachProgram(String redirect, boolean ipv6, Lab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        String page = Curl.web(ipv6, "/who");
        String application = ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION;
        Weir weir = Weir.start(lab, fiveWays(redirect));
        // microsocks runs on the network side, so what it dials comes from there
        assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, new Curl(lab, "fetch-proxied").get(page).orFail().out().strip());
        assertEquals(application, new Curl(lab, "fetch-direct").get(page).orFail().out().strip());
        assertEquals(application, new Curl(lab, "fetch-untouched").get(page).orFail().out().strip());
        AtomicInteger blocked = new AtomicInteger();
        Haste.assertWithin(AT_ONCE, () -> {
            blocked.incrementAndGet();
            Finished refused = new Curl(lab, "fetch-blocked").get(page);
            assertEquals(Curl.COULD_NOT_CONNECT, refused.exit(), refused::toString);
            return refused.took();
        });
        Program dropped = new Curl(lab, "fetch-dropped").start(page);
        weir.awaitLog("dropped tcp fetch-dropped");
        Pause.of(SILENCE_MS);
        assertTrue(dropped.isAlive(), "it was told something");
        dropped.kill();
        assertEquals(0, weir.interrupt().exit());
        assertEquals(1, weir.counter("flows-proxied"));
        assertEquals(1, weir.counter("flows-direct"));
        assertEquals(blocked.get(), weir.counter("flows-blocked"));
        assertEquals(1, weir.counter("flows-dropped"));
    }

    @Test
    void shouldTellOwnerDestinationRuleAndUpstreamInOneLineWhenAFlowIsRelayed(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = Weir.start(lab, fiveWays("auto"));
        new Curl(lab, "fetch-proxied").get(Curl.web(false, "/who")).orFail();
        new Curl(lab, "fetch-blocked").get(Curl.web(false, "/who"));
        new Curl(lab, "fetch-untouched").get(Curl.web(false, "/who")).orFail();
        weir.interrupt();
        List<String> lines = weir.flowsOf("fetch-proxied");
        assertFalse(lines.isEmpty(), weir.log());
        for (String part : List.of(Lab.WEB + ":80", "through the proxy", "microsocks")) {
            assertTrue(lines.get(0).contains(part), () -> part + " is missing in: " + lines.get(0));
        }
        assertTrue(weir.flowsOf("fetch-blocked").get(0).contains("not at all"), weir::log);
        assertEquals(List.of(), weir.flowsOf("fetch-untouched"));
    }

    @Test
    void shouldTakeTheFirstRuleThatMatchesWhenSeveralDo(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir.start(lab, new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("one port of one program", "pass", WeirFile.process("fetch-first"), "port = \"81\"")
            .rule("by path", "block", WeirFile.process(lab.curlAs("fetch-by-path").toString()))
            .rule("by pattern", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-b*", "**/fetch-f?rst"), "to = [\"" + Lab.WEB + "/32\"]")
            .rule("the rest of the family", "block", WeirFile.process("regex:.*/fetch-[a-z]+")));
        String page = Curl.web(false, "/who");
        assertEquals(Lab.WEB, new Curl(lab, "fetch-first").get(page).orFail().out().strip());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "fetch-by-path").get(page).exit());
        assertEquals(Lab.WEB, new Curl(lab, "fetch-by-name").get(page).orFail().out().strip());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "fetch-other").get(page).exit());
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "fetch-first").get(Curl.web(true, "/who")).exit(), "the third rule names an IPv4 prefix");
        assertEquals(Lab.APPLICATION, new Curl(lab, "other-program").get(page).orFail().out().strip());
    }
}
