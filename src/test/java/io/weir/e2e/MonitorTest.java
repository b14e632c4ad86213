package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A monitor lists what would happen; nothing does. */
@EndToEnd
class MonitorTest {
    private static final long BYTES = 64 << 20;
    private static final long ROUND_TRIP_MS = 200;

    private static WeirFile fiveWays() {
        return new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied", Client.PROCESS), "protocol = \"tcp\"")
            .rule("straight out", "direct", WeirFile.process("fetch-direct"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked", "bash"))
            .rule("silence", "drop", WeirFile.process("fetch-dropped"));
    }

    /** Says from where it was asked, after a moment as long as a connection over a network takes. */
    private static void answerSlowly(Socket connection) throws IOException {
        connection.getInputStream().read(new byte[4096]);
        try {
            Thread.sleep(ROUND_TRIP_MS);
        } catch (InterruptedException over) {
            return;
        }
        String peer = connection.getInetAddress().getHostAddress();
        connection.getOutputStream().write(("HTTP/1.0 200 OK\r\n\r\n" + peer).getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldListTheVerdictOfEveryProgramWhileAllReachTheServerThemselves(boolean ipv6, Lab lab) throws IOException {
        String before = new Kernel(lab.application()).firewall();
        Weir weir = Weir.monitor(lab, fiveWays());
        String to;
        try (ScriptedServer server = ScriptedServer.start(lab, ipv6, MonitorTest::answerSlowly)) {
            to = "  +tcp +\\Q" + server.endpointText() + "\\E +";
            for (String name : List.of("fetch-proxied", "fetch-direct", "fetch-blocked", "fetch-dropped", "fetch-untouched")) {
                String seen = new Curl(lab, name).get("http://" + server.endpointText() + "/").orFail().out().strip();
                assertEquals(InetAddress.getByName(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION), InetAddress.getByName(seen), name);
            }
            weir.awaitOut("fetch-untouched");
        }
        assertEquals(before, new Kernel(lab.application()).firewall());
        Finished ended = weir.interrupt();
        assertEquals(0, ended.exit(), ended::toString);
        assertListed(ended, "fetch-proxied\\[\\d+\\]" + to + "proxied through microsocks +through the proxy +process fetch-proxied matched");
        assertListed(ended, "fetch-direct\\[\\d+\\]" + to + "direct +straight out +process");
        assertListed(ended, "fetch-blocked\\[\\d+\\]" + to + "blocked +not at all +process");
        assertListed(ended, "fetch-dropped\\[\\d+\\]" + to + "dropped +silence +process");
        assertListed(ended, "fetch-untouched\\[\\d+\\]" + to + "passed +- +no rule matched");
        assertTrue(ended.out().contains("5 connections in "), ended::toString);
        assertTrue(ended.out().contains(": 1 blocked, 1 direct, 1 dropped, 1 passed, 1 proxied"), ended::toString);
    }

    private static void assertListed(Finished ended, String line) {
        assertEquals(1, ended.out().lines().filter(each -> each.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  " + line + ".*")).count(),
            () -> "not once like /" + line + "/ in\n" + ended.out());
    }

    @Test
    void shouldLeaveEveryByteOfAFlowItWouldProxyAlone(Lab lab) throws Exception {
        CompletableFuture<ByteStream.Sum> sent = new CompletableFuture<>();
        ScriptedServer.Conversation sending = connection -> sent.complete(ByteStream.send(connection.getChannel(), BYTES, 1));
        try (ScriptedServer server = ScriptedServer.start(lab, false, sending)) {
            Weir weir = Weir.monitor(lab, fiveWays(), "--json");
            try (Client client = Client.connect(lab, server.endpoint())) {
                ByteStream.Sum received = ByteStream.receive(client.channel());
                assertEquals(sent.get(10, TimeUnit.SECONDS), received);
            }
            weir.awaitOut("\"outcome\":\"proxied\",\"rule\":\"through the proxy\"");
            Finished ended = weir.interrupt();
            String counts = ended.out().lines().reduce((first, last) -> last).orElseThrow();
            assertTrue(counts.contains("\"packets-received\":1,"), () -> "it saw more than the first packet: " + counts);
        }
    }

    @Test
    void shouldListDatagramsOnce(Lab lab) {
        Weir weir = Weir.monitor(lab, fiveWays());
        lab.application().run("bash", "-c", "for i in 1 2 3; do echo $i >&3; sleep 0.2; done 3> /dev/udp/" + Lab.WEB + "/5000").orFail();
        weir.awaitOut("bash\\[\\d+\\] +udp +\\Q" + Lab.WEB + ":5000\\E +blocked +not at all");
        Finished ended = weir.interrupt();
        assertTrue(ended.out().contains("1 connections in "), ended::toString);
    }

    @Test
    void shouldEndByItselfAfterTheTimeItWasGiven(Lab lab) {
        Weir weir = Weir.monitor(lab, fiveWays(), "--seconds", "1");
        Finished ended = weir.await(java.time.Duration.ofSeconds(10));
        assertEquals(0, ended.exit(), ended::toString);
        assertTrue(ended.out().contains("0 connections in 1"), ended::toString);
    }
}
