package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Haste;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends Weir, the machine goes on: at once for traffic no rule touches, and as before once Weir has stopped or started again. */
@EndToEnd
class CrashTest {
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

    private static WeirFile relaying() {
        return new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("relayed", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed", Client.PROCESS));
    }

    @Test
    void shouldLeaveUntouchedTrafficGoingAndTidyUpAtTheNextStartWhenKilled(Lab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Kernel kernel = new Kernel(lab.application());
        String before = kernel.firewall();
        Weir killed = Weir.start(lab, relaying());
        String during = kernel.firewall();
        assertNotEquals(before, during);
        new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail();
        killed.kill();
        Haste.assertWithin(TWO_SECONDS, () -> {
            Finished untouched = new Curl(lab, "fetch-untouched").get(Curl.web(false, "/who")).orFail();
            assertEquals(Lab.APPLICATION, untouched.out().strip());
            return untouched.took();
        });
        Weir second = Weir.start(lab, relaying());
        assertEquals(during.lines().count(), kernel.firewall().lines().count(), "a crash must not leave a second set of rules");
        assertEquals(Lab.WEB, new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail().out().strip());
        second.interrupt();
        assertEquals(before, kernel.firewall());
    }

    @Test
    void shouldBeGoneByTheCommandOfTheReadmeWhenKilled(Lab lab) throws IOException {
        String command = Files.readString(Path.of("README.md")).lines().filter(line -> line.contains("-save -t")).findFirst().orElseThrow();
        Kernel kernel = new Kernel(lab.application());
        lab.application().run("iptables", "-w", "-t", "mangle", "-A", "OUTPUT", "-p", "icmp", "-j", "ACCEPT").orFail();
        String before = kernel.firewall();
        Weir.start(lab, relaying()).kill();
        assertNotEquals(before, kernel.firewall());
        lab.application().run("bash", "-c", command).orFail();
        assertEquals(before, kernel.firewall());
        lab.application().run("iptables", "-w", "-t", "mangle", "-D", "OUTPUT", "-p", "icmp", "-j", "ACCEPT").orFail();
    }

    @Test
    void shouldKeepUntouchedConnectionsOpenWhenKilled(Lab lab) throws IOException {
        try (ScriptedServer server = ScriptedServer.echo(lab)) {
            lab.servers().start(Servers.Kind.MICROSOCKS);
            Weir weir = Weir.start(lab, new WeirFile().upstream(Proxy.MICROSOCKS)
                .rule("relayed", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed")));
            try (Client client = Client.connect(lab, server.endpoint())) {
                client.send("one");
                assertEquals("one", client.read(3));
                weir.kill();
                client.send("two");
                assertEquals("two", client.read(3));
            }
            Weir.start(lab, relaying()).interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void shouldStopInOrderWithinTwoSecondsWhenToldTo(String signal, Lab lab) throws Exception {
        Haste.assertWithin(TWO_SECONDS, () -> stopWhileRelaying(signal, lab));
    }

    private static Duration stopWhileRelaying(String signal, Lab lab) throws IOException {
        try (ScriptedServer server = ScriptedServer.echo(lab)) {
            lab.servers().start(Servers.Kind.MICROSOCKS);
            Weir weir = Weir.start(lab, relaying());
            try (Client client = Client.connect(lab, server.endpoint())) {
                client.send("one");
                assertEquals("one", client.read(3));
                long startNs = System.nanoTime();
                Finished stopped = weir.stop(signal);
                Duration took = Duration.ofNanos(System.nanoTime() - startNs);
                assertEquals(0, stopped.exit(), stopped::toString);
                // the relayed connection is over, and says so
                assertThrowsOrEnds(client);
                return took;
            }
        }
    }

    private static void assertThrowsOrEnds(Client client) {
        try {
            assertEquals("", client.readToEnd());
        } catch (IOException reset) {
            assertTrue(reset.getMessage().contains("reset"), reset::toString);
        }
    }
}
