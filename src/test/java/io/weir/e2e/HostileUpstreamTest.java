package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that are wrong, down, silent or mad: a clear line in the log, the rule's on-failure obeyed, and nothing hangs. */
@EndToEnd
class HostileUpstreamTest {
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final String DIAL_LIMIT = "\"2s\"";
    private static final Map<String, ScriptedServer.Conversation> BAD_MANNERS = new TreeMap<>(Map.of(
        "silent", connection -> connection.getInputStream().readAllBytes(),
        "silent after the greeting", HostileUpstreamTest::greetAndFallSilent,
        "garbage", connection -> connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        "endless garbage", HostileUpstreamTest::pourGarbage,
        "hangs up", connection -> connection.getInputStream().read(),
        "resets", connection -> connection.setSoLinger(true, 0)));

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
        return new WeirFile().set("relay.dial-timeout", DIAL_LIMIT).upstream("hostile", type, address)
            .rule("relayed", "proxy:hostile", WeirFile.process("fetch-relayed"), "on-failure = \"" + onFailure + "\"");
    }

    private static void assertRefusedSoon(Lab lab) {
        Finished curl = new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who"));
        assertEquals(Curl.COULD_NOT_CONNECT, curl.exit(), curl::toString);
        assertTrue(curl.took().compareTo(SOON) < 0, curl::toString);
    }

    @ParameterizedTest
    @MethodSource("badMannersAndTypes")
    void shouldRefuseTheApplicationAndSayWhyWhenTheUpstreamMisbehaves(String manner, String type, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        try (ScriptedServer upstream = ScriptedServer.start(lab, false, BAD_MANNERS.get(manner))) {
            Weir weir = Weir.start(lab, relaying(type, upstream.endpointText(), "block")).expect("hostile");
            assertRefusedSoon(lab);
            weir.interrupt();
            assertTrue(upstream.accepted() > 0, "the upstream was never asked");
            assertEquals(1, weir.counter("flows-failed"));
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
            Waiting.pause(20);
        }
    }

    @Test
    void shouldRefuseTheApplicationAndSayWhyWhenThePasswordIsWrong(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        for (Proxy proxy : new Proxy[] {Proxy.DANTED_PASSWORD, Proxy.TINYPROXY_PASSWORD}) {
            lab.servers().start(proxy.server());
            String type = proxy == Proxy.DANTED_PASSWORD ? "socks5" : "http";
            Weir weir = Weir.start(lab, new WeirFile().upstream("hostile", type, proxy.server().endpoint(),
                    "username = \"" + Servers.USER + "\"", "password = \"not-the-password\"")
                .rule("relayed", "proxy:hostile", WeirFile.process("fetch-relayed"))).expect("hostile.*(?i:password|authenticat|credentials)");
            assertRefusedSoon(lab);
            weir.interrupt();
            assertTrue(!weir.log().contains("not-the-password"), "a password stands in the log");
        }
    }

    @Test
    void shouldRefuseTheApplicationAndSayWhyWhenTheUpstreamIsDown(Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        Weir.start(lab, relaying("socks5", Lab.SCRIPTED + ":9", "block")).expect("hostile");
        assertRefusedSoon(lab);
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "next"})
    void shouldDoWhatOnFailureSaysWhenTheUpstreamIsDown(String onFailure, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir.start(lab, relaying("socks5", Lab.SCRIPTED + ":9", onFailure).upstream(Proxy.MICROSOCKS)
            .rule("the next one", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed"))).expect("hostile");
        String seen = new Curl(lab, "fetch-relayed").get(Curl.web(false, "/who")).orFail().out().strip();
        assertEquals(onFailure.equals("direct") ? Lab.APPLICATION : Lab.WEB, seen);
    }
}
