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
import io.weir.e2e.Workers;
import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long transfers arrive byte for byte, and many connections at once. Wine says nothing about how fast. */
@OnWine
class WineBulkTest {
    private static final int MIB = 1 << 20;
    private static final int HUNDRED_MIB = 100 * MIB;
    private static final int AT_ONCE = 500;
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

    @ParameterizedTest
    @CsvSource({"loopback, false", "reflect, true"})
    void shouldCarryFiveHundredConnectionsAtOnce(String redirect, boolean ipv6, WineLab lab) {
        lab.servers().start(Servers.Kind.MICROSOCKS);
        try (ScriptedServer server = ScriptedServer.start(lab.lab(), ipv6, WineBulkTest::echo)) {
            Weir weir = lab.start(new WeirFile().upstream(Proxy.MICROSOCKS).redirect(redirect)
                .rule("many", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-many.exe")));
            String address = ipv6 ? Lab.SCRIPTED6 : Lab.SCRIPTED;
            lab.client("fetch-many", "-t", "150", "many", address, Integer.toString(server.port()), Integer.toString(AT_ONCE)).orFail();
            assertCarried(weir, server);
        }
    }

    /** Their clients are programs of Linux, the destination is what the rule asks for. */
    @Test
    void shouldCarryFiveHundredConnectionsAtOnceOfTheMachineBelow(WineLab lab) throws Exception {
        lab.servers().start(Servers.Kind.MICROSOCKS);
        List<Client> clients = Collections.synchronizedList(new ArrayList<>());
        try (ScriptedServer server = ScriptedServer.start(lab.lab(), true, WineBulkTest::echo)) {
            Weir weir = lab.start(everythingTo(Lab.SCRIPTED6 + "/128", Proxy.MICROSOCKS).redirect("loopback"));
            Workers.run(64, AT_ONCE, turn -> clients.add(Client.connect(lab.lab(), server.endpoint())));
            for (int i = 0; i < AT_ONCE; i++) {
                clients.get(i).send(line(i));
            }
            for (int i = 0; i < AT_ONCE; i++) {
                assertEquals(line(i), clients.get(i).read(line(i).length()));
            }
            for (Client client : clients) {
                client.close();
            }
            assertCarried(weir, server);
        }
    }

    private static void assertCarried(Weir weir, ScriptedServer server) {
        assertEquals(AT_ONCE, server.accepted());
        Waiting.until(() -> server.open() == 0, () -> server.open() + " connections are still open at the server");
        assertEquals(0, weir.interrupt().exit());
        assertEquals(AT_ONCE, weir.counter("flows-proxied"));
        assertEquals(0, weir.counter("flows-failed"));
        assertEquals(0, weir.counter("relay-strangers"));
    }

    private static String line(int number) {
        return String.format("connection %8d", number);
    }

    private static void echo(Socket connection) throws IOException {
        connection.getInputStream().transferTo(connection.getOutputStream());
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
