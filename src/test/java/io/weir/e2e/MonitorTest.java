package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A monitor lists what would happen; nothing does. */
@EndToEnd
class MonitorTest {
    private static final long BYTES = 64 << 20;

    private static WeirFile fiveWays() {
        return new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied", Client.PROCESS), "protocol = \"tcp\"")
            .rule("straight out", "direct", WeirFile.process("fetch-direct"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked", "bash"))
            .rule("silence", "drop", WeirFile.process("fetch-dropped"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldListTheVerdictOfEveryProgramWhileAllReachTheServerThemselves(boolean ipv6, Lab lab) throws IOException {
        String before = new Kernel(lab.application()).firewall();
        Weir weir = Weir.monitor(lab, fiveWays());
        String to;
        try (ScriptedServer server = ScriptedServer.answerWhenListed(lab, ipv6, weir)) {
            to = "  +tcp +\\Q" + server.endpointText() + "\\E +";
            for (String name : List.of("fetch-proxied", "fetch-direct", "fetch-blocked", "fetch-dropped", "fetch-untouched")) {
                String seen = new Curl(lab, name).get("http://" + server.endpointText() + "/").orFail().out().strip();
                assertEquals(InetAddress.getByName(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION), InetAddress.getByName(seen), name);
            }
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
                assertEquals(Waiting.forResult(sent, "the sum"), received);
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
        String script = "exec 3> /dev/udp/" + Lab.WEB + "/5000; for i in 1 2 3; do echo $i >&3; sleep 0.2; done; echo sent; sleep 100";
        Program sender = lab.keep(lab.application().start(lab.folder(), "sender", "bash", "-c", script));
        weir.awaitOut("bash\\[\\d+\\] +udp +\\Q" + Lab.WEB + ":5000\\E +blocked +not at all");
        sender.awaitOut(Pattern.compile("sent"));
        sender.kill();
        Finished ended = weir.interrupt();
        assertTrue(ended.out().contains("1 connections in "), ended::toString);
    }

    @Test
    void shouldEndByItselfAfterTheTimeItWasGiven(Lab lab) {
        Weir weir = Weir.monitor(lab, fiveWays(), "--seconds", "1");
        Finished ended = weir.await(Waiting.PATIENCE);
        assertEquals(0, ended.exit(), ended::toString);
        assertTrue(ended.out().matches("(?s).*\\b0 connections in \\d.*"), ended::toString);
    }
}
