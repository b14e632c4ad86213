package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import io.weir.testkit.Waiting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver gets into trouble while Weir runs. */
@OnWine
class WineTroubleTest {
    private static final int ENGINE = 4;

    private static WeirFile relaying() {
        return new WeirFile().upstream(Proxy.MICROSOCKS).rule("relayed", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed.exe"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RECV_ERROR", "PENDING_ERROR"})
    void shouldGoOnWhenReceivingFailsAFewTimes(String kind, WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(relaying(), Map.of(kind + "_NETWORK", "1450:20:3")).expect("no memory for it .* it is tried again");
        for (int i = 0; i < 5; i++) {
            assertEquals(Lab.WEB, lab.fetch("fetch-relayed", false, "/who").orFail().out());
        }
        assertEquals(0, weir.interrupt().exit());
        assertEquals(5, weir.counter("flows-proxied"));
        assertEquals(3, weir.counter("receive-failures"), weir::log);
    }

    @Test
    void shouldEndVisiblyAndLetEverythingPassWhenReceivingNeverWorksAgain(WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(relaying(), Map.of("RECV_ERROR_NETWORK", "1450:30:0")).expect("no memory for it");
        for (int i = 0; i < 10 && weir.isAlive(); i++) {
            lab.fetch("fetch-relayed", false, "/who");
        }
        Finished ended = weir.await(Waiting.PATIENCE);
        assertEquals(ENGINE, ended.exit(), ended::toString);
        assertTrue(ended.err().contains("1450"), ended::toString);
        assertEquals(Lab.APPLICATION, lab.fetch("fetch-relayed", false, "/who").orFail().out());
    }

    @Test
    void shouldRecoverWhenTheDriversQueueOverflows(WineLab lab) {
        try (ScriptedServer server = ScriptedServer.echo(lab.lab())) { // not through microsocks, which cuts off what comes after a half-close
            Weir weir = lab.start(new WeirFile().rule("relayed", "direct", WeirFile.process("fetch-relayed.exe")), Map.of("QUEUE_LENGTH_NETWORK", "4"));
            // what is lost is sent again: every byte comes back, only later
            lab.client("fetch-relayed", "-t", "150", "many", Lab.SCRIPTED, Integer.toString(server.port()), "40").orFail();
            lab.client("fetch-relayed", "-t", "150", "echo", Lab.SCRIPTED, Integer.toString(server.port()), "2000000").orFail();
            long dropped = lab.bed().overflowed();
            assertTrue(dropped > 0, "the queue never overflowed");
            assertEquals(0, weir.interrupt().exit());
            assertEquals(41, weir.counter("flows-direct"));
        }
    }
}
