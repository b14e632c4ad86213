package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.ByteStream;
import io.weir.e2e.Client;
import io.weir.e2e.Finished;
import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import io.weir.testkit.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long transfers arrive byte for byte, and many connections at once. Wine says nothing about how fast. */
@OnWine
class WineBulkTest {
    private static final int MIB = 1 << 20;
    private static final int HUNDRED_MIB = 100 * MIB;
    private static final int ROUNDS = 20;
    private static final int AT_ONCE = 25;
    private static final Pattern RECEIVED = Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bytes\":\\s*(\\d+)");

    /** A destination is all these rules ask for: so the programs of the machine below are theirs as well. */
    private static WeirFile everythingTo(String prefix, Proxy proxy) {
        return new WeirFile().upstream(proxy).rule("everything there", proxy.action(), "to = [\"" + prefix + "\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loopback", "reflect"})
    void shouldDeliverAHundredMebibytesEachWay(String redirect, WineLab lab) throws Exception {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        byte[] content = new byte[HUNDRED_MIB];
        new SplittableRandom(11).nextBytes(content);
        Path sent = lab.servers().webFile("hundred", content);
        Weir weir = lab.start(everythingTo(Lab.WEB + "/32", Proxy.MICROSOCKS).redirect(redirect)
            .rule("up", Proxy.MICROSOCKS.action(), "to = [\"" + Lab.SCRIPTED + "/32\"]"));
        Path received = lab.lab().folder().resolve("hundred-received");
        lab.client("fetch-big", "get", Lab.WEB, "80", "/hundred", Bed.windows(received)).orFail();
        assertEquals(-1, Files.mismatch(sent, received));
        Files.delete(received);
        CompletableFuture<ByteStream.Sum> arrived = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(lab.lab(), false, connection -> arrived.complete(ByteStream.receive(connection.getChannel())));
            Client client = Client.connect(lab.lab(), server.endpoint())) {
            ByteStream.Sum gone = ByteStream.send(client.channel(), HUNDRED_MIB, 2);
            client.socket().shutdownOutput();
            assertEquals(gone, Waiting.forResult(arrived, "the sum"));
        }
        assertEquals(0, weir.interrupt().exit());
        assertEquals(2, weir.counter("flows-proxied"));
        // the client's own socket has ended; of ours a little is on its way still
        assertTrue(weir.counter("relay-bytes-down") >= HUNDRED_MIB && weir.counter("relay-bytes-up") >= HUNDRED_MIB, weir::log);
    }

    /** Twenty-five at once, twenty times: finding owners takes the bed a time that grows with the square of the number of open sockets. */
    @Test
    void shouldCarryFiveHundredConnections(WineLab lab) {
        lab.servers().start(Servers.Kind.MICROSOCKS);
        try (ScriptedServer server = ScriptedServer.echo(lab.lab())) {
            Weir weir = lab.start(new WeirFile().upstream(Proxy.MICROSOCKS)
                .rule("many", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-many.exe")));
            for (int i = 0; i < ROUNDS; i++) {
                lab.client("fetch-many", "-t", "150", "many", Lab.SCRIPTED, Integer.toString(server.port()), Integer.toString(AT_ONCE)).orFail();
            }
            assertEquals(ROUNDS * AT_ONCE, server.accepted());
            assertEquals(0, weir.interrupt().exit());
            assertEquals(ROUNDS * AT_ONCE, weir.counter("flows-proxied"));
            assertEquals(0, weir.counter("flows-failed"));
            assertEquals(0, weir.counter("relay-strangers"));
        }
    }

    @Test
    void shouldCarryIperf3OfTheMachineBelow(WineLab lab) {
        lab.servers().start(Servers.Kind.IPERF3);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(everythingTo("198.51.100.40/32", Proxy.MICROSOCKS));
        long up = receivedByIperf3(lab, "--get-server-output");
        long down = receivedByIperf3(lab, "--reverse");
        assertEquals(0, weir.interrupt().exit());
        // a control connection and one for the data, twice
        assertEquals(4, weir.counter("flows-proxied"));
        // what the receiver counted; iperf3 breaks its connection off with the rest on the way
        assertTrue(up > MIB && weir.counter("relay-bytes-up") >= up, () -> up + " bytes up\n" + weir.log());
        assertTrue(down > MIB && weir.counter("relay-bytes-down") >= down, () -> down + " bytes down\n" + weir.log());
    }

    /** @return the bytes the receiving end says it has got */
    private static long receivedByIperf3(WineLab lab, String way) {
        Finished run = lab.lab().application().run(Duration.ofSeconds(180), "iperf3", "-c", "198.51.100.40", "-n", "20M", "-J", way);
        assertEquals(0, run.exit(), run::toString);
        Matcher received = RECEIVED.matcher(run.out());
        assertTrue(received.find(), run::toString);
        return Long.parseLong(received.group(1));
    }
}
