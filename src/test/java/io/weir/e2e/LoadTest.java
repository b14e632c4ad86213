package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Waiting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many connections: at once, and one after the other, with nothing left over afterwards. */
@EndToEnd
class LoadTest {
    private static final int AT_ONCE = 2_000;
    private static final int IN_A_ROW = 10_000;

    private static Weir start(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        return Weir.start(lab, new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("the tests themselves", Proxy.MICROSOCKS.action(), WeirFile.process(Client.PROCESS)));
    }

    private static void awaitFewFiles(Weir weir, long before) {
        Waiting.until(() -> weir.openFiles() <= before + 2, () -> weir.openFiles() + " files are open; before there were " + before);
    }

    @Test
    void shouldHoldTwoThousandConnectionsAtOnce(Lab lab) throws Exception {
        try (ScriptedServer server = ScriptedServer.echo(lab)) {
            Weir weir = start(lab);
            Client.connect(lab, server.endpoint()).close();
            long before = weir.openFiles();
            List<Client> clients = new ArrayList<>();
            try {
                Workers.run(32, AT_ONCE, turn -> {
                    Client client = Client.connect(lab, server.endpoint());
                    synchronized (clients) {
                        clients.add(client);
                    }
                });
                Workers.run(32, AT_ONCE, turn -> {
                    String word = String.format("%08d", turn);
                    clients.get(turn).send(word);
                    assertEquals(word, clients.get(turn).read(word.length()));
                });
            } finally {
                for (Client client : clients) {
                    client.close();
                }
            }
            awaitFewFiles(weir, before);
            weir.interrupt();
            assertEquals(AT_ONCE + 1, weir.counter("flows-proxied"));
            assertEquals(0, weir.counter("flows-failed"));
        }
    }

    @Test
    void shouldLeaveNothingBehindAfterTenThousandShortConnections(Lab lab) throws Exception {
        Weir weir = start(lab);
        Workers.run(8, 200, turn -> ShortRequest.run(lab));
        long before = weir.openFiles();
        Workers.run(8, IN_A_ROW, turn -> ShortRequest.run(lab));
        awaitFewFiles(weir, before);
        weir.interrupt();
        assertEquals(IN_A_ROW + 200, weir.counter("flows-proxied"));
        assertEquals(0, weir.counter("flows-failed"));
        assertTrue(weir.counter("port-pool-empty") == 0 && weir.counter("flow-table-full") == 0, weir::log);
    }
}
