package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Finished;
import io.weir.e2e.Proxy;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code weir monitor} says what would happen, and nothing of it does. */
@OnWine
class WineMonitorTest {
    @Test
    void shouldShowVerdictsAndTouchNothing(WineLab lab) {
        Weir weir = lab.launch(new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied.exe"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked.exe")), Map.of(), "monitor").awaitWatching();
        String firewall = lab.firewallRules();
        for (boolean ipv6 : new boolean[] {false, true}) {
            try (ScriptedServer server = ScriptedServer.answerWhenListed(lab.lab(), ipv6, weir)) {
                String host = server.endpoint().getAddress().getHostAddress();
                for (String client : List.of("fetch-proxied", "fetch-blocked", "fetch-untouched")) {
                    lab.client(client, "get", host, Integer.toString(server.port()), "/", "-").orFail();
                }
                assertEquals(3, server.accepted());
            }
        }
        assertEquals(firewall, lab.firewallRules());
        Finished ended = weir.interrupt();
        assertEquals(0, ended.exit(), ended::toString);
        assertEquals(2, lines(ended, "fetch-proxied.exe", "proxied through microsocks", "through the proxy"), ended::toString);
        assertEquals(2, lines(ended, "fetch-blocked.exe", "blocked", "not at all"), ended::toString);
        assertTrue(ended.out().contains("2 blocked, 2 passed, 2 proxied"), ended::toString);
    }

    private static long lines(Finished ended, String... parts) {
        return ended.out().lines().filter(line -> line.matches("\\d\\d:.*") && List.of(parts).stream().allMatch(line::contains)).count();
    }
}
