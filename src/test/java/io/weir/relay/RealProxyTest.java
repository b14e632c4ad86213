package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.testkit.Conversation;
import io.weir.testkit.LeakWatch;
import io.weir.testkit.Program;
import io.weir.testkit.ScriptedServer;
import io.weir.upstream.Credentials;
import io.weir.upstream.DialFailure;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Through proxies nobody here wrote. */
@Tag("integration")
@ExtendWith(LeakWatch.class)
@EnabledOnOs(value = OS.LINUX, disabledReason = "these proxies are Linux programs; the suites under e2e.wine go through them from Windows")
class RealProxyTest {
    private static final Credentials ME = new Credentials("me", "open-sesame");

    @TempDir
    private Path folder;

    private static Path installed(String name) {
        assumeTrue(Program.find(name).isPresent(), name + " is not installed");
        return Program.find(name).orElseThrow();
    }

    private Program microsocks(int port, boolean password) throws Exception {
        List<String> command = List.of(installed("microsocks").toString(), "-i", "127.0.0.1", "-p", "" + port);
        List<String> guarded = List.of("-u", ME.username(), "-P", ME.password());
        return Program.start(folder.resolve("microsocks.log"), port, password ? concat(command, guarded) : command);
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
    }

    private Program danted(int port) throws Exception {
        Path file = folder.resolve("danted.conf");
        Files.writeString(file, """
            logoutput: stderr
            internal: 127.0.0.1 port = %d
            external: lo
            clientmethod: none
            socksmethod: none
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 127.0.0.0/8 to: 0.0.0.0/0 }
            socks block { from: 127.0.0.0/8 to: 203.0.113.0/24 }
            socks pass { from: 127.0.0.0/8 to: 0.0.0.0/0 proxyprotocol: socks_v4 socks_v5 }
            """.formatted(port));
        return Program.start(folder.resolve("danted.log"), port, List.of(installed("danted").toString(), "-f", file.toString()));
    }

    private Program tinyproxy(int port) throws Exception {
        Path file = folder.resolve("tinyproxy.conf");
        Files.writeString(file, """
            Port %d
            Listen 127.0.0.1
            Timeout 60
            Allow 127.0.0.1
            BasicAuth %s %s
            MaxClients 50
            """.formatted(port, ME.username(), ME.password()));
        return Program.start(folder.resolve("tinyproxy.log"), port, List.of(installed("tinyproxy").toString(), "-d", "-c", file.toString()));
    }

    private static RelayLab lab(UpstreamType type, int port, Credentials credentials) throws RelayException {
        Upstream upstream = Upstream.of("real", type, "127.0.0.1:" + port, credentials);
        return new RelayLab(RelaySettings.DEFAULT, new Upstreams(List.of(upstream)), Transport.best(1, "test-real", null));
    }

    /** 4 MiB there and back, the client's end first. */
    private static void carries(RelayLab lab) throws Exception {
        byte[] bytes = new byte[4 << 20];
        new SplittableRandom(11).nextBytes(bytes);
        try (ScriptedServer server = new ScriptedServer(client -> client.write(client.readToEnd()));
                RelayLab.Flow flow = lab.order(server.address(), "real")) {
            Conversation client = flow.dialed().connect();
            client.write(bytes).endOutput();
            assertArrayEquals(bytes, client.readToEnd());
            assertEquals(new RelayLab.End(bytes.length, bytes.length, "closed by both sides"), flow.end());
        }
    }

    private static DialFailure refusal(RelayLab lab, String destination) throws Exception {
        try (RelayLab.Flow flow = lab.order(destination, "real")) {
            return flow.failure();
        }
    }

    private static String nobodyListens() throws Exception {
        return "127.0.0.1:" + Program.freePort();
    }

    @Test
    void shouldGoThroughMicrosocks() throws Exception {
        int port = Program.freePort();
        try (Program program = microsocks(port, true); RelayLab lab = lab(UpstreamType.SOCKS5, port, ME)) {
            String destination = nobodyListens();
            DialFailure refused = refusal(lab, destination);
            assertEquals("upstream real 127.0.0.1:" + port + ": CONNECT " + destination + ": connection refused (SOCKS5 reply 5)", refused.message());
            assertEquals(DialFailure.Kind.REFUSED, refused.kind());
            tunnelThatOnlyEndsWhole(lab);
        }
    }

    /** microsocks closes both ways at the first end: so the client may end only when it has everything. */
    private static void tunnelThatOnlyEndsWhole(RelayLab lab) throws Exception {
        byte[] bytes = new byte[4 << 20];
        new SplittableRandom(12).nextBytes(bytes);
        try (ScriptedServer server = new ScriptedServer(client -> client.write(client.read(bytes.length)).read(1));
                RelayLab.Flow flow = lab.order(server.address(), "real")) {
            Conversation client = flow.dialed().connect();
            assertArrayEquals(bytes, client.write(bytes).read(bytes.length));
            client.close();
            assertEquals(bytes.length, flow.end().bytesDown());
        }
    }

    @Test
    void shouldSayThatMicrosocksRefusesThePassword() throws Exception {
        int port = Program.freePort();
        try (Program program = microsocks(port, true); RelayLab lab = lab(UpstreamType.SOCKS5, port, new Credentials("me", "wrong-one"))) {
            DialFailure refused = refusal(lab, nobodyListens());
            assertEquals("upstream real 127.0.0.1:" + port + ": authentication: user \"me\" refused (RFC 1929 status 2)", refused.message());
            assertEquals(DialFailure.Kind.AUTHENTICATION, refused.kind());
        }
    }

    @Test
    void shouldSayThatMicrosocksWantsAPassword() throws Exception {
        int port = Program.freePort();
        try (Program program = microsocks(port, true); RelayLab lab = lab(UpstreamType.SOCKS5, port, null)) {
            assertEquals(DialFailure.Kind.AUTHENTICATION, refusal(lab, nobodyListens()).kind());
        }
    }

    @Test
    void shouldGoThroughDanteAsSocks5() throws Exception {
        int port = Program.freePort();
        try (Program program = danted(port); RelayLab lab = lab(UpstreamType.SOCKS5, port, null)) {
            carries(lab);
            assertEquals(DialFailure.Kind.REFUSED, refusal(lab, nobodyListens()).kind());
            assertEquals(DialFailure.Kind.PROHIBITED, refusal(lab, "203.0.113.5:443").kind());
        }
    }

    @Test
    void shouldGoThroughDanteAsSocks4() throws Exception {
        int port = Program.freePort();
        try (Program program = danted(port); RelayLab lab = lab(UpstreamType.SOCKS4A, port, null)) {
            carries(lab);
            assertEquals(DialFailure.Kind.REFUSED, refusal(lab, nobodyListens()).kind());
        }
    }

    @Test
    void shouldGoThroughTinyproxy() throws Exception {
        int port = Program.freePort();
        try (Program program = tinyproxy(port); RelayLab lab = lab(UpstreamType.HTTP, port, ME)) {
            tunnelThatOnlyEndsWhole(lab);
            DialFailure refused = refusal(lab, nobodyListens());
            assertEquals(DialFailure.Kind.REFUSED, refused.kind(), refused.message());
        }
    }

    @Test
    void shouldSayThatTinyproxyRefusesThePassword() throws Exception {
        int port = Program.freePort();
        try (Program program = tinyproxy(port); RelayLab lab = lab(UpstreamType.HTTP, port, new Credentials("me", "wrong-one"))) {
            DialFailure refused = refusal(lab, nobodyListens());
            assertEquals(DialFailure.Kind.AUTHENTICATION, refused.kind(), refused.message());
            assertTrue(!refused.message().contains("wrong-one"), refused.message());
        }
    }
}
