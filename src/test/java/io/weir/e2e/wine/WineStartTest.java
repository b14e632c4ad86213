package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import io.weir.testkit.Waiting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starts that fail say why and what to do, and start nothing; a start where loopback redirection does not work finds another way. */
@OnWine
class WineStartTest {
    private static final int ENGINE = 4;

    private static WeirFile good() {
        return new WeirFile().upstream(Proxy.MICROSOCKS).rule("one", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed.exe"));
    }

    /** What the driver may answer, what Weir says it means, and what it says to do. */
    private static final Map<Integer, List<String>> REFUSALS = Map.of(
        5, List.of("only administrators may use the driver", "Run as administrator"),
        577, List.of("does not accept the signature", "Fetch the official files again"),
        1058, List.of("was stopped while a program still used it", "sc stop WinDivert"),
        1275, List.of("keeps Windows from loading the driver", "security software"),
        1060, List.of("the driver is not installed", "Restart Weir"),
        654, List.of("another version of the WinDivert driver is loaded", "sc stop WinDivert"),
        87, List.of("does not take the filter", "weir filter derive"),
        1114, List.of("cannot run drivers here", "Windows 10 or 11"));

    @Test
    void shouldSayWhatTheDriverSaidWhenItCannotBeOpened(WineLab lab) {
        REFUSALS.forEach((code, said) -> {
            Weir weir = lab.launch(good(), Map.of("OPEN_ERROR", Integer.toString(code)), "run");
            Finished ended = weir.await(Waiting.PATIENCE);
            assertEquals(ENGINE, ended.exit(), ended::toString);
            for (String part : List.of("weir: ", "(error " + code + ", ", said.get(0), said.get(1))) {
                assertTrue(ended.err().contains(part), () -> part + " is missing in:\n" + ended);
            }
        });
    }

    @Test
    void shouldRedirectByReflectionWhenLoopbackRedirectionDoesNotWork(WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(good().redirect("auto"), Map.of("LOOPBACK", "vanish")).expect("loopback redirection does not work here");
        assertEquals(Lab.WEB, lab.fetch("fetch-relayed", false, "/who").orFail().out());
        assertEquals(Lab.WEB6, lab.fetch("fetch-relayed", true, "/who").orFail().out());
        assertTrue(lab.firewallRules().contains("Weir"), lab::firewallRules);
        assertEquals(0, weir.interrupt().exit());
        assertEquals(2, weir.counter("flows-proxied"));
        assertEquals("", lab.firewallRules());
    }

    @Test
    void shouldSayThatNothingArrivesWhenAFirewallHoldsReflectedConnectionsToo(WineLab lab) {
        Map<String, String> knobs = Map.of("LOOPBACK", "vanish", "INBOUND_SYN", "firewall", "NETSH_ERROR", "1");
        Weir weir = lab.start(good().redirect("auto"), knobs).expect("loopback redirection does not work here")
            .expect("Windows Firewall did not take the rule").expect("reflected connections do not arrive either");
        assertEquals(0, weir.interrupt().exit());
    }
}
