package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams that are wrong, down, silent or mad: a clear line in the log, the rule's on-failure obeyed, and nothing hangs. */
@EndToEnd
class HostileUpstreamTest {
    /** Before Weir's usual patience ends. */
    private static final Duration SOON = Duration.ofSeconds(14);
    private static final String NO_ANSWER = "no answer within";
    private static final String DOWN = Lab.SCRIPTED + ":9";
    private static final byte[] NOT_FOUND = "HTTP/1.1 404 Not Found\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, Manner> BAD_MANNERS = new TreeMap<>(Map.of(
        "silent", new Manner(NO_ANSWER, connection -> connection.getInputStream().readAllBytes()),
        "silent after the greeting", new Manner(NO_ANSWER, HostileUpstreamTest::greetAndFallSilent),
        "garbage", new Manner("answered 0x48", connection -> connection.getOutputStream().write(NOT_FOUND)),
        "endless garbage", new Manner("answered 0x78", HostileUpstreamTest::pourGarbage),
        "hangs up", new Manner("closed|reset", connection -> connection.getInputStream().read()),
        "resets", new Manner("reset", connection -> connection.setSoLinger(true, 0))));

    /** What the upstream does, and what Weir must say of it. */
    private record Manner(String complaint, ScriptedServer.Conversation conversation) {
    }

    static Stream<Arguments> badMannersAndTypes() {
        return BAD_MANNERS.keySet().stream().flatMap(manner -> Stream.of("socks5", "socks4a", "http")
            .filter(type -> Shapes.FULL || type.equals("socks5") || manner.equals("silent") || manner.equals("endless garbage"))
            .map(type -> Arguments.of(manner, type)));
    }

    private static void greetAndFallSilent(Socket connection) throws IOException {
        connection.getInputStream().readNBytes(3);
        connection.getOutputStream().write(new byte[] {5, 0});
        connection.getInputStream().readAllBytes();
    }

    private static void pourGarbage(Socket connection) throws IOException {
        byte[] garbage = new byte[64 * 1024];
        java.util.Arrays.fill(garbage, (byte) 'x');
        for (OutputStream out = connection.getOutputStream(); ; ) {
            out.write(garbage);
        }
    }

    private static WeirFile relaying(String type, String address, String onFailure) {
        return new WeirFile().upstream("hostile", type, address)
            .rule("relayed", "proxy:hostile", WeirFile.process("fetch-relayed"), "on-failure = \"" + onFailure + "\"");
    }

    private static void assertRefusedSoon(Lab lab, Weir weir, String complaint) {
        Finished curl = new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who"));
        assertEquals(Curl.COULD_NOT_CONNECT, curl.exit(), curl::toString);
        assertTrue(curl.took().compareTo(SOON) < 0, curl::toString);
        weir.awaitLog("failed tcp fetch-relayed.*" + Lab.WEB + ":80.*upstream hostile .*(" + complaint + ")");
        weir.interrupt();
        if (!complaint.equals(NO_ANSWER) || weir.log().contains("WARN")) {
            weir.expect("upstream hostile"); // silence after the request may be the destination's own, and is no warning
        }
        assertEquals(1, weir.counter("flows-failed"));
    }

    @ParameterizedTest
    @MethodSource("badMannersAndTypes")
    void shouldRefuseTheApplicationAndSayWhyWhenTheUpstreamMisbehaves(String manner, String type, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Manner bad = BAD_MANNERS.get(manner);
        try (ScriptedServer upstream = ScriptedServer.start(lab, false, bad.conversation)) {
            WeirFile file = relaying(type, upstream.endpointText(), "block");
            if (bad.complaint.equals(NO_ANSWER)) {
                file.set("relay.dial-timeout", "\"2 s\"");
            }
            assertRefusedSoon(lab, Weir.start(lab, file), bad.complaint);
            assertTrue(upstream.accepted() > 0, "the upstream was never asked");
        }
    }

    @Test
    void shouldWorkWhenTheUpstreamAnswersOneByteAtATime(Lab lab) throws IOException {
        try (ScriptedServer upstream = ScriptedServer.start(lab, false, connection -> {
            Socks5.succeed(connection, HostileUpstreamTest::oneByteAtATime);
            oneByteAtATime(connection, "pong".getBytes(StandardCharsets.US_ASCII));
        })) {
            Weir.start(lab, new WeirFile().upstream("slow", "socks5", upstream.endpointText())
                .rule("the tests themselves", "proxy:slow", WeirFile.process(Client.PROCESS)));
            try (Client client = Client.connect(lab, Client.web(false))) {
                assertEquals("pong", client.readToEnd());
            }
        }
    }

    private static void oneByteAtATime(Socket connection, byte[] answer) throws IOException {
        connection.setTcpNoDelay(true);
        for (byte part : answer) {
            connection.getOutputStream().write(part);
            Pause.of(20);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Proxy.class, names = {"DANTED_PASSWORD", "TINYPROXY_PASSWORD"})
    void shouldRefuseTheApplicationAndSayWhyWhenThePasswordIsWrong(Proxy proxy, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(proxy.server());
        Weir weir = Weir.start(lab, new WeirFile().upstream("hostile", proxy == Proxy.DANTED_PASSWORD ? "socks5" : "http", proxy.server().endpoint(),
                "username = \"" + Servers.USER + "\"", "password = \"not-the-password\"")
            .rule("relayed", "proxy:hostile", WeirFile.process("fetch-relayed")));
        assertRefusedSoon(lab, weir, "user \"" + Servers.USER + "\" refused");
        assertFalse(weir.log().contains("not-the-password"), "a password stands in the log");
    }

    @Test
    void shouldRefuseTheApplicationAndSayWhyWhenTheUpstreamIsDown(Lab lab) {
        assertRefusedSoon(lab, Weir.start(lab, relaying("socks5", DOWN, "block")), "connect to the proxy: connection refused");
    }

    @Test
    void shouldDialTheDestinationItselfWhenOnFailureSaysDirect(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Weir weir = Weir.start(lab, relaying("socks5", DOWN, "direct")).expect("upstream hostile");
        assertEquals(Lab.APPLICATION, new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail().out().strip());
        weir.awaitLog("direct tcp fetch-relayed.*upstream hostile .*connection refused; on-failure = direct");
    }

    @Test
    void shouldAskTheNextRuleWhenOnFailureSaysNext(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = Weir.start(lab, relaying("socks5", DOWN, "next").upstream(Proxy.MICROSOCKS)
            .rule("the next one", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed"))).expect("upstream hostile");
        assertEquals(Lab.WEB, new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail().out().strip());
        weir.awaitLog("proxied tcp fetch-relayed.*upstream hostile .*connection refused; on-failure = next");
    }
}
