package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Curl;
import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Pause;
import io.weir.e2e.Program;
import io.weir.e2e.Proxy;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of one Windows program ask for the same page; their paths alone decide what becomes of them. */
@OnWine
class WineDecisionTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(20);

    /** A SYN is sent again after one second. */
    private static final long SILENCE_MS = 1500;

    @ParameterizedTest
    @ValueSource(strings = {"loopback", "reflect"})
    void shouldDoWhatTheRuleSaysForEachProgram(String redirect, WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(new WeirFile().redirect(redirect).upstream(Proxy.MICROSOCKS)
            .rule("by path", "block", "process = ['" + lab.clientPath("fetch-blocked") + "']")
            .rule("by pattern", Proxy.MICROSOCKS.action(), "process = ['**\\fetch-pro?ied.exe']")
            .rule("by name, letters large or small", "direct", WeirFile.process("FETCH-DIRECT.EXE"))
            .rule("silence", "drop", WeirFile.process("fetch-dropped.exe")));
        for (boolean ipv6 : new boolean[] {false, true}) {
            String application = ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION;
            // microsocks runs on the network side, so what it dials comes from there
            assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, lab.fetch("fetch-proxied", ipv6, "/who").orFail().out());
            assertEquals(application, lab.fetch("fetch-direct", ipv6, "/who").orFail().out());
            assertEquals(application, lab.fetch("fetch-untouched", ipv6, "/who").orFail().out());
            Finished blocked = lab.fetch("fetch-blocked", ipv6, "/who");
            assertEquals(Exit.REFUSED, blocked.exit(), blocked::toString);
            assertTrue(blocked.took().compareTo(AT_ONCE) < 0, blocked::toString);
            Program dropped = lab.startClient("fetch-dropped", "connect", ipv6 ? Lab.WEB6 : Lab.WEB, "80");
            weir.awaitLog("dropped tcp fetch-dropped.exe.*" + (ipv6 ? Lab.WEB6 : Lab.WEB));
            Pause.of(SILENCE_MS);
            assertTrue(dropped.isAlive(), dropped::out);
            dropped.kill();
        }
        // a program of the machine below has no owner Windows knows of: the rules by program do not touch it
        assertEquals(Lab.APPLICATION, new Curl(lab.lab(), "curl-of-linux").get(Curl.web(false, "/who")).orFail().out().strip());
        assertEquals(0, weir.interrupt().exit());
        for (String decided : List.of("proxied", "direct", "blocked", "dropped")) {
            assertEquals(2, weir.counter("flows-" + decided), decided);
        }
        String line = weir.flowsOf("fetch-proxied.exe[").get(0);
        for (String part : List.of(Lab.WEB + ":80", "by pattern", "microsocks")) {
            assertTrue(line.contains(part), () -> part + " is missing in: " + line);
        }
        assertFalse(weir.log().contains("fetch-untouched"), weir::log);
    }

    @Test
    void shouldCarryAProgramNobodyHereWrote(WineLab lab) throws IOException {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        byte[] content = new byte[4 << 20];
        new SplittableRandom(12).nextBytes(content);
        Path sent = lab.servers().webFile("stock", content);
        // the driver goes by the filter, too, and must still show it the connection by which redirection is tested
        Weir weir = lab.start(new WeirFile().set("capture.filter", "\"tcp.DstPort == 80\"").upstream(Proxy.MICROSOCKS)
            .rule("stock", Proxy.MICROSOCKS.action(), WeirFile.process("cmake.exe")));
        Path received = lab.lab().folder().resolve("stock-received");
        lab.stockFetch("/stock", received).orFail();
        assertEquals(-1, Files.mismatch(sent, received));
        assertEquals(0, weir.interrupt().exit());
        assertEquals(1, weir.counter("flows-proxied"));
        assertTrue(weir.flowsOf("cmake.exe[").get(0).contains("microsocks"), weir::log);
    }
}
