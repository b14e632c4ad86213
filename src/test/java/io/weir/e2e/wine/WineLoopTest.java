package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Lab;
import io.weir.e2e.Program;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import io.weir.testkit.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without socket marks: what Weir dials for a rule that takes everything does not come back to it. */
@OnWine
class WineLoopTest {
    private static final Path PROGRAM = Path.of("target/weir/weir.jar");
    private static final Path NATIVE = Path.of("target/weir/native/com/sun/jna/win32-x86-64");

    private static WeirFile everythingDirect() {
        return new WeirFile().rule("everything", "direct", "protocol = \"tcp\"");
    }

    private static void fetchBoth(WineLab wine) {
        for (boolean ipv6 : new boolean[] {false, true}) {
            assertEquals(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION, wine.fetch("fetch", ipv6, "/who").orFail().out());
        }
    }

    @Test
    void shouldDialFromReservedPortsThatAreNotCaptured(WineLab wine) {
        wine.servers().start(Servers.Kind.NGINX);
        Weir weir = wine.start(everythingDirect());
        fetchBoth(wine);
        weir.interrupt();
        assertEquals(2, weir.counter("flows-direct"));
        assertEquals(0, weir.counter("own-traffic") + weir.counter("own-ports-exempt") + weir.counter("own-traffic-by-owner"), weir::log);
    }

    /** Started by its class, not by its jar, the JDK does not tell the numbers of its sockets, and no reservation can be used. */
    @Test
    void shouldExemptItsDialsWhenThereIsNoReservation(WineLab wine) {
        wine.servers().start(Servers.Kind.NGINX);
        Bed bed = wine.bed();
        WeirFile file = everythingDirect().set("windows.driver-folder", "'" + Bed.windows(bed.path("STANDIN")) + "'");
        Weir weir = Weir.launch(wine.lab(), file, settings -> bed.command(Map.of("NO_COLOR", "1"), bed.path("JAVA"),
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djna.nosys=true", "-Djna.boot.library.path=" + Bed.windows(NATIVE), "-cp",
                Bed.windows(PROGRAM), "io.weir.cli.Main", "run", "--allow-unpinned", "-c", Bed.windows(settings))))
            .expect(WineLab.STAND_IN).tolerate(WineLab.OPEN_PLACE).awaitReady();
        fetchBoth(wine);
        weir.interrupt();
        assertTrue(weir.log().contains("no ports are reserved for Weir's own connections"), weir::log);
        assertEquals(2, weir.counter("flows-direct"), weir::log);
        assertEquals(2, weir.counter("own-ports-exempt"));
        assertEquals(2, weir.counter("own-traffic"), "captured, and passed");
        assertEquals(0, weir.counter("own-traffic-by-owner"));
    }

    @Test
    void shouldPassWhatALocalProxySendsAndNameTheLoop(WineLab wine) {
        wine.servers().start(Servers.Kind.NGINX);
        Bed bed = wine.bed();
        Program proxy = wine.lab().keep(wine.lab().application().start(wine.lab().folder(), "local-proxy", bed.command(Map.of(), bed.path("JAVA"),
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", Bed.windows(Path.of("target/test-classes")),
                LocalProxyProgram.class.getName(), "7890")).toArray(String[]::new)));
        Waiting.until(() -> proxy.out().contains("listening"), () -> "the proxy does not listen: " + proxy.err());
        Weir weir = wine.start(new WeirFile().upstream("local", "socks5", "127.0.0.1:7890").rule("everything", "proxy:local", "protocol = \"tcp\""))
            .expect("127.0.0.1:7890 is java.exe \\(pid \\d+\\), which your rule 1 \"everything\" redirects to 127.0.0.1:7890");
        fetchBoth(wine);
        weir.interrupt();
        assertEquals(2, weir.counter("flows-proxied"), weir::log);
        assertEquals(2, weir.counter("loops-prevented"), weir::log);
        proxy.kill();
    }
}
