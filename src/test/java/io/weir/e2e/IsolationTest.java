package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weir keeps its hands off what it was not told to touch, and does not disturb the rest of the machine's networking. */
@EndToEnd
class IsolationTest {
    private static final long BIG = 32L << 20;

    private static WeirFile oneProgram() {
        return new WeirFile().upstream(Proxy.MICROSOCKS).rule("one program", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed"));
    }

    @Test
    void shouldNeverShowAnotherProgramsBytesToWeirOrTheProxy(Lab lab) throws IOException {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().webFile("big", new byte[(int) BIG]);
        Program proxy = lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = Weir.start(lab, oneProgram());
        String logBefore = proxy.err();
        long delivered = new Kernel(lab.network()).statistic("IpExtOutOctets");
        for (int i = 0; i < 5; i++) {
            new Curl(lab, "fetch-other").with("-o", "/dev/null").get(Curl.web(false, "/big")).orFail();
        }
        assertTrue(new Kernel(lab.network()).statistic("IpExtOutOctets") - delivered > 5 * BIG, "the downloads did not come from the network side");
        assertEquals(logBefore, proxy.err(), "the proxy heard of a program no rule names");
        weir.interrupt();
        // only first packets may be looked at: a SYN for each connection, and what was on its way before the release took hold
        long received = weir.counter("packets-received");
        assertTrue(received <= 5 * 4, () -> received + " packets of a program no rule names came to Weir");
        assertEquals(0, weir.counter("packets-rewritten"));
        assertEquals(0, weir.counter("flows-proxied"));
        assertEquals(5, weir.counter("flows-passed"));
    }

    @ParameterizedTest
    @MethodSource("io.weir.e2e.Shapes#redirectAndFamily")
    void shouldLeaveConnectionTrackingInOrderBehindAFirewallThatDropsInvalid(String redirect, boolean ipv6, Lab lab) throws IOException {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        lab.servers().webFile("big", new byte[(int) BIG]);
        Kernel kernel = new Kernel(lab.application());
        try (StrictFirewall firewall = new StrictFirewall(lab.application())) {
            Map<String, Long> before = kernel.conntrack();
            long resentBefore = kernel.statistic("TcpExtTCPSynRetrans");
            Weir weir = Weir.start(lab, oneProgram().redirect(redirect));
            for (int i = 0; i < 3; i++) {
                new Curl(lab, "fetch-relayed").with("-o", "/dev/null").get(Curl.web(ipv6, "/big")).orFail();
            }
            for (int i = 0; i < 50; i++) {
                assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, new Curl(lab, "fetch-relayed").get(Curl.web(ipv6, "/who")).orFail().out().strip());
            }
            Map<String, Long> after = kernel.conntrack();
            // a SYN that had to wait for a second is sent again, and tracked twice: then, and only then, one of the two may be dropped
            long resent = kernel.statistic("TcpExtTCPSynRetrans") - resentBefore;
            for (String harm : List.of("insert_failed", "drop")) {
                assertTrue(after.get(harm) - before.get(harm) <= resent, () -> harm + " of conntrack: " + after + ", and " + resent + " SYNs sent again");
            }
            assertTrue(firewall.dropped() <= resent, () -> firewall.dropped() + " packets the firewall took for invalid");
            weir.interrupt();
            assertEquals(53, weir.counter("flows-proxied"));
        }
    }
}
