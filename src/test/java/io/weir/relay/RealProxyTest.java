package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.testkit.Conversation;
import io.weir.testkit.LeakWatch;
import io.weir.testkit.Program;
import io.weir.testkit.RefusingPort;
import io.weir.testkit.ScriptedServer;
import io.weir.upstream.Credentials;
import io.weir.upstream.DialFailure;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    private Program microsocks() throws Exception {
        String program = installed("microsocks").toString();
        return Program.start(folder.resolve("microsocks.log"),
            port -> List.of(program, "-i", "127.0.0.1", "-p", "" + port, "-u", ME.username(), "-P", ME.password()));
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Program danted() throws Exception {
        String program = installed("danted").toString();
        return Program.start(folder.resolve("danted.log"), port -> List.of(program, "-f", write("danted.conf", """
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
            """.formatted(port)).toString()));
    }

    private Program tinyproxy() throws Exception {
        String program = installed("tinyproxy").toString();
        return Program.start(folder.resolve("tinyproxy.log"), port -> List.of(program, "-d", "-c", write("tinyproxy.conf", """
            Port %d
            Listen 127.0.0.1
            Timeout 60
            Allow 127.0.0.1
            BasicAuth %s %s
            MaxClients 50
            """.formatted(port, ME.username(), ME.password())).toString()));
    }

    private static RelayLab lab(UpstreamType type, int port, Credentials credentials) throws RelayException {
        Upstream upstream = Upstream.of("real", type, "127.0.0.1:" + port, credentials);
        return new RelayLab(RelayLab.PATIENT, new Upstreams(List.of(upstream)), Transport.best(1, "test-real", null));
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

    private static DialFailure refusal(RelayLab lab) throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            return refusal(lab, nobody.address());
        }
    }

    private static DialFailure refusal(RelayLab lab, String destination) throws Exception {
        try (RelayLab.Flow flow = lab.order(destination, "real")) {
            return flow.failure();
        }
    }

    @Test
    void shouldGoThroughMicrosocks() throws Exception {
        try (Program program = microsocks(); RelayLab lab = lab(UpstreamType.SOCKS5, program.port(), ME)) {
            try (RefusingPort nobody = new RefusingPort()) {
                DialFailure refused = refusal(lab, nobody.address());
                assertEquals("upstream real 127.0.0.1:" + program.port() + ": CONNECT " + nobody.address() + ": connection refused (SOCKS5 reply 5)",
                    refused.message());
                assertEquals(DialFailure.Kind.REFUSED, refused.kind());
            }
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
        try (Program program = microsocks(); RelayLab lab = lab(UpstreamType.SOCKS5, program.port(), new Credentials("me", "wrong-one"))) {
            DialFailure refused = refusal(lab);
            assertEquals("upstream real 127.0.0.1:" + program.port() + ": authentication: user \"me\" refused (RFC 1929 status 2)", refused.message());
            assertEquals(DialFailure.Kind.AUTHENTICATION, refused.kind());
        }
    }

    @Test
    void shouldSayThatMicrosocksWantsAPassword() throws Exception {
        try (Program program = microsocks(); RelayLab lab = lab(UpstreamType.SOCKS5, program.port(), null)) {
            assertEquals(DialFailure.Kind.AUTHENTICATION, refusal(lab).kind());
        }
    }

    @Test
    void shouldGoThroughDanteAsSocks5() throws Exception {
        try (Program program = danted(); RelayLab lab = lab(UpstreamType.SOCKS5, program.port(), null)) {
            carries(lab);
            assertEquals(DialFailure.Kind.REFUSED, refusal(lab).kind());
            assertEquals(DialFailure.Kind.PROHIBITED, refusal(lab, "203.0.113.5:443").kind());
        }
    }

    @Test
    void shouldGoThroughDanteAsSocks4() throws Exception {
        try (Program program = danted(); RelayLab lab = lab(UpstreamType.SOCKS4A, program.port(), null)) {
            carries(lab);
            assertEquals(DialFailure.Kind.REFUSED, refusal(lab).kind());
        }
    }

    @Test
    void shouldGoThroughTinyproxy() throws Exception {
        try (Program program = tinyproxy(); RelayLab lab = lab(UpstreamType.HTTP, program.port(), ME)) {
            tunnelThatOnlyEndsWhole(lab);
            DialFailure refused = refusal(lab);
            assertEquals(DialFailure.Kind.REFUSED, refused.kind(), refused.message());
        }
    }

    @Test
    void shouldSayThatTinyproxyRefusesThePassword() throws Exception {
        try (Program program = tinyproxy(); RelayLab lab = lab(UpstreamType.HTTP, program.port(), new Credentials("me", "wrong-one"))) {
            DialFailure refused = refusal(lab);
            assertEquals(DialFailure.Kind.AUTHENTICATION, refused.kind(), refused.message());
            assertTrue(!refused.message().contains("wrong-one"), refused.message());
        }
    }
}
