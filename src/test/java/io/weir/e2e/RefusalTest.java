package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A destination that refuses or cannot be reached looks so to the application, whoever dialled it. */
@EndToEnd
class RefusalTest {
    /** Before Weir's own patience ends. */
    private static final Duration SOON = Duration.ofSeconds(14);
    private static final String DIRECT = "direct";

    /** Every way of dialling, in one redirect mode each; with --all in both. */
    static Stream<Arguments> dialsAndRedirects() {
        List<Arguments> all = new ArrayList<>();
        List<String> actions = new ArrayList<>(List.of(DIRECT));
        Stream.of(Proxy.values()).map(Proxy::name).forEach(actions::add);
        for (int i = 0; i < actions.size(); i++) {
            if (Shapes.FULL || i % 2 == 0) {
                all.add(Arguments.of(actions.get(i), "loopback"));
            }
            if (Shapes.FULL || i % 2 == 1) {
                all.add(Arguments.of(actions.get(i), "reflect"));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("dialsAndRedirects")
    void shouldLookRefusedOrUnreachableWhenTheDestinationIs(String dial, String redirect, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        WeirFile file = new WeirFile().redirect(redirect);
        String action = DIRECT;
        boolean ipv6 = true;
        if (!dial.equals(DIRECT)) {
            Proxy proxy = Proxy.valueOf(dial);
            lab.servers().start(proxy.server());
            file.upstream(proxy);
            action = proxy.action();
            ipv6 = proxy.carriesIpv6();
        }
        Weir weir = Weir.start(lab, file.rule("everything", action, WeirFile.process("fetch-relayed")));
        List<String> targets = new ArrayList<>(List.of("http://" + Lab.WEB + ":81/", "http://" + Lab.UNREACHABLE + "/"));
        if (ipv6) {
            targets.addAll(List.of("http://[" + Lab.WEB6 + "]:81/", "http://[" + Lab.UNREACHABLE6 + "]/"));
        }
        for (String target : targets) {
            Finished curl = new Curl(lab, "fetch-relayed").get(target);
            assertEquals(Curl.COULD_NOT_CONNECT, curl.exit(), curl::toString);
            assertTrue(curl.took().compareTo(SOON) < 0, curl::toString);
        }
        // a refusal is one flow's matter: the next connection goes through
        new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail();
        weir.interrupt();
        assertEquals(targets.size(), weir.counter("flows-failed"));
    }

    @Test
    void shouldRefuseIpv6WhenTheUpstreamSpeaksOnlySocks4(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.DANTED);
        Weir.start(lab, new WeirFile().upstream(Proxy.DANTED_SOCKS4).rule("old", Proxy.DANTED_SOCKS4.action(), WeirFile.process("fetch-relayed")));
        Finished curl = new Curl(lab, "fetch-relayed").get(Curl.web(true, "/who"));
        assertEquals(Curl.COULD_NOT_CONNECT, curl.exit(), curl::toString);
        assertTrue(curl.took().compareTo(SOON) < 0, curl::toString);
    }
}
