package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.e2e.Client;
import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Program;
import io.weir.e2e.Proxy;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import io.weir.testkit.Haste;
import io.weir.testkit.Waiting;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever ends Weir, traffic goes on as if it had never been there; and the next start finds nothing in its way. */
@OnWine
class WineEndingTest {
    private static final Duration THREE_SECONDS = Duration.ofSeconds(3);
    private static final Pattern CONNECTED = Pattern.compile("(?m)^connected ");

    private static WeirFile relaying() {
        return new WeirFile().upstream(Proxy.MICROSOCKS).rule("relayed", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed.exe"));
    }

    @Test
    void shouldStopInOrderAndPutEverythingBackOnCtrlC(WineLab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Haste.assertWithin(THREE_SECONDS, () -> stopWhileRelaying(lab));
    }

    private static Duration stopWhileRelaying(WineLab lab) {
        try (ScriptedServer server = ScriptedServer.echo(lab.lab())) {
            Weir weir = lab.start(relaying().redirect("reflect"));
            Program busy = lab.startClient("fetch-relayed", "echo", Lab.SCRIPTED, Integer.toString(server.port()), "2000000000");
            busy.awaitOut(CONNECTED);
            long startNs = System.nanoTime();
            Finished stopped = weir.interrupt();
            Duration took = Duration.ofNanos(System.nanoTime() - startNs);
            assertEquals(0, stopped.exit(), stopped::toString);
            // the relayed connection is over, and says so
            assertNotEquals(0, busy.await(Waiting.PATIENCE).exit());
            assertEquals(Lab.APPLICATION, lab.fetch("fetch-relayed", false, "/who").orFail().out());
            return took;
        }
    }

    @Test
    void shouldLetEverythingPassWhenKilledAndStartAgain(WineLab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        try (ScriptedServer server = ScriptedServer.echo(lab.lab()); Client untouched = Client.connect(lab.lab(), server.endpoint())) {
            Weir killed = lab.start(relaying());
            assertEquals(Lab.WEB, lab.fetch("fetch-relayed", false, "/who").orFail().out());
            untouched.send("one");
            assertEquals("one", untouched.read(3));
            killed.kill();
            untouched.send("two");
            assertEquals("two", untouched.read(3));
            assertEquals(Lab.APPLICATION, lab.fetch("fetch-relayed", false, "/who").orFail().out());
            Weir second = lab.start(relaying());
            assertEquals(Lab.WEB, lab.fetch("fetch-relayed", false, "/who").orFail().out());
            assertEquals(0, second.interrupt().exit());
        }
    }
}
