package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Waiting;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The upstream is a program on the machine Weir runs on: a rule for everything would send its own connections back to it. */
@EndToEnd
class LocalProxyTest {
    private static final String ADDRESS = "127.0.0.1:1080";

    private static WeirFile everythingThroughIt() {
        return new WeirFile().upstream("local", "socks5", ADDRESS).rule("everything", "proxy:local", "protocol = \"tcp\"");
    }

    private static Program proxy(Lab lab) {
        Program proxy = lab.keep(lab.application().start(lab.folder(), "local-microsocks", "microsocks", "-i", "127.0.0.1", "-p", "1080"));
        Waiting.until(() -> lab.application().run("ss", "-Htln").out().contains(ADDRESS), () -> "microsocks does not listen");
        return proxy;
    }

    @Test
    void shouldPassWhatTheLocalProxySendsAndNameTheLoop(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        proxy(lab);
        Weir weir = Weir.start(lab, everythingThroughIt())
            .expect("127.0.0.1:1080 is microsocks \\(pid \\d+\\), which your rule 1 \"everything\" redirects to 127.0.0.1:1080; its own");
        for (boolean ipv6 : new boolean[] {false, true}) {
            assertEquals(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION, new Curl(lab, "fetch").get(Curl.web(ipv6, "/who")).orFail().out().strip());
        }
        weir.awaitLog("a loop was prevented: the first connection of microsocks");
        assertEquals(0, weir.interrupt().exit());
        assertEquals(2, weir.counter("flows-proxied"));
        assertEquals(2, weir.counter("loops-prevented"));
        assertEquals(0, weir.counter("own-traffic-by-owner"));
        assertTrue(weir.flowsOf("fetch").get(0).contains("local"), weir::log);
    }

    @Test
    void shouldOverruleARuleThatNamesTheProgram(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        proxy(lab);
        WeirFile file = new WeirFile().upstream("local", "socks5", ADDRESS).rule("not this one", "block", WeirFile.process("microsocks"))
            .rule("fetchers", "proxy:local", WeirFile.process("fetch"));
        Weir weir = Weir.start(lab, file).expect("which your rule 1 \"not this one\" blocks;");
        assertEquals(Lab.APPLICATION, new Curl(lab, "fetch").get(Curl.web(false, "/who")).orFail().out().strip());
        assertEquals(Lab.APPLICATION, new Curl(lab, "other").get(Curl.web(false, "/who")).orFail().out().strip());
        weir.interrupt();
        assertEquals(1, weir.counter("loops-prevented"));
        assertEquals(1, weir.counter("flows-proxied"));
    }

    @Test
    void shouldFindTheProgramWhenItStartsLateAndWhenItStartsAgain(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Weir weir = Weir.start(lab, everythingThroughIt()).expect("127.0.0.1:1080 is microsocks").expect("upstream local 127.0.0.1:1080: .*refused");
        assertEquals(Curl.COULD_NOT_CONNECT, new Curl(lab, "fetch").get(Curl.web(false, "/who")).exit());
        Path page = lab.servers().webFile("page", new byte[10_000]);
        for (int start = 1; start <= 2; start++) {
            Program proxy = proxy(lab);
            for (int i = 0; i < 5; i++) {
                assertEquals(10_000, new Curl(lab, "fetch").get(Curl.web(false, "/" + page.getFileName())).orFail().out().length());
            }
            proxy.kill();
        }
        weir.interrupt();
        assertEquals(10, weir.counter("loops-prevented"), "each connection of the proxy's passed");
        assertFalse(weir.counter("flows-proxied") > 1000, "a loop went on until the program was found: " + weir.counter("flows-proxied"));
    }

    @Test
    void shouldAskForNoOwnerWhenNoUpstreamIsLocal(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = Weir.start(lab, new WeirFile().upstream(Proxy.MICROSOCKS).set("owner.for-log", "false")
            .rule("everything", Proxy.MICROSOCKS.action(), "protocol = \"tcp\""));
        assertEquals(Lab.WEB, new Curl(lab, "fetch").get(Curl.web(false, "/who")).orFail().out().strip());
        weir.interrupt();
        assertEquals(0, weir.counter("owner-hit") + weir.counter("owner-held") + weir.counter("owner-miss"));
        assertEquals(0, weir.counter("loops-prevented"));
    }
}
