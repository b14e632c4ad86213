package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code weir monitor} says what would happen, and nothing of it does. */
@OnWine
class WineMonitorTest {

    @Test
    void shouldShowVerdictsAndTouchNothing(WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Weir weir = lab.launch(new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied.exe"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked.exe")), Map.of(), "monitor").awaitWatching();
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (String client : new String[] {"fetch-proxied", "fetch-blocked", "fetch-untouched"}) {
                assertEquals(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION, lab.fetch(client, ipv6, "/who").orFail().out());
            }
        }
        String shown = weir.interrupt().out();
        assertTrue(shown.lines().anyMatch(line -> line.contains("fetch-proxied.exe") && line.contains("through the proxy")), shown);
        assertTrue(shown.lines().anyMatch(line -> line.contains("fetch-blocked.exe") && line.contains("not at all")), shown);
    }
}
