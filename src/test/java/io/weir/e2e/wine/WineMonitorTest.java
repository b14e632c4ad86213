package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Finished;
import io.weir.e2e.Proxy;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Waiting;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code weir monitor} says what would happen, and nothing of it does. */
@OnWine
class WineMonitorTest {
    /** A monitor withholds no packet: a program that has ended before anybody asks has no name any more. */
    private static final long LIFE_OF_A_CLIENT_MS = 700;

    private static void answerSlowly(Socket connection) throws IOException {
        connection.getInputStream().read(new byte[4096]);
        Waiting.pause(LIFE_OF_A_CLIENT_MS);
        connection.getOutputStream().write("HTTP/1.0 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldShowVerdictsAndTouchNothing(WineLab lab) {
        Weir weir = lab.launch(new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-proxied.exe"))
            .rule("not at all", "block", WeirFile.process("fetch-blocked.exe")), Map.of(), "monitor").awaitWatching();
        String firewall = lab.firewallRules();
        for (boolean ipv6 : new boolean[] {false, true}) {
            try (ScriptedServer server = ScriptedServer.start(lab.lab(), ipv6, WineMonitorTest::answerSlowly)) {
                String host = server.endpoint().getAddress().getHostAddress();
                for (String client : List.of("fetch-proxied", "fetch-blocked", "fetch-untouched")) {
                    lab.client(client, "get", host, Integer.toString(server.port()), "/", "-").orFail();
                }
                assertEquals(3, server.accepted());
                weir.awaitOut("fetch-untouched.exe\\[\\d+] +tcp +\\Q" + server.endpointText());
            }
        }
        assertEquals(firewall, lab.firewallRules());
        Finished ended = weir.interrupt();
        assertEquals(0, ended.exit(), ended::toString);
        assertEquals(2, lines(ended, "fetch-proxied.exe", "proxied through microsocks", "through the proxy"), ended::toString);
        assertEquals(2, lines(ended, "fetch-blocked.exe", "blocked", "not at all"), ended::toString);
        assertTrue(ended.out().contains("2 blocked, 2 passed, 2 proxied"), ended::toString);
    }

    private static long lines(Finished ended, String... parts) {
        return ended.out().lines().filter(line -> line.matches("\\d\\d:.*") && List.of(parts).stream().allMatch(line::contains)).count();
    }
}
