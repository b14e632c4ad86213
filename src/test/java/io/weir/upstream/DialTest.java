package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.weir.net.Endpoint;
import io.weir.testkit.LeakWatch;
import io.weir.testkit.RefusingPort;
import io.weir.testkit.ScriptedServer;
import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dials over real sockets to servers that behave in every way. */
@ExtendWith(LeakWatch.class)
class DialTest {
    private static final DialSettings PATIENT = new DialSettings(15_000, 10_000, 0);
    private static final Destination V4 = Destination.of(Endpoint.parse("203.0.113.5:443"));
    private static final String SOCKS5_REQUEST = "050100 01 cb007105 01bb";
    private static final Credentials ME = new Credentials("me", "open-sesame");

    private LocalPorts ports = LocalPorts.ANY;
    private Transport transport = Transport.best(1, "test-dial", null);

    /** Either the failure, or the hex text of the tunnel's first bytes up to the end of the server's output. */
    private static final class Outcome implements DialOutcome {
        private final BlockingQueue<Object> said = new ArrayBlockingQueue<>(10);

        @Override
        public void connected(Wire wire, ByteBuf early) {
            StringBuilder read = new StringBuilder(ByteBufUtil.hexDump(early));
            wire.hear(new WireListener() {
                @Override
                public void received(ByteBuf bytes) {
                    read.append(ByteBufUtil.hexDump(bytes));
                }

                @Override
                public void inputEnded() {
                    wire.close(false);
                    said.add(read.toString());
                }

                @Override
                public void drained() {
                    said.add("drained");
                }

                @Override
                public void outputEnded() {
                    said.add("output ended");
                }

                @Override
                public void lost(IOException cause) {
                    said.add(cause);
                }
            });
        }

        @Override
        public void failed(DialFailure failure) {
            said.add(failure);
        }
    }

    @AfterEach
    void stop() {
        transport.close();
    }

    private Object dial(Upstream upstream, Destination destination, DialSettings settings, NameLookup names) throws Exception {
        WireLoop loop = transport.loops().get(0);
        Outcome outcome = new Outcome();
        try (Dialer dialer = new Dialer(settings, ports, names)) {
            loop.execute(() -> dialer.dial(loop, upstream, destination, outcome));
            Object said = Waiting.next(outcome.said, "what came of the dial");
            assertNull(outcome.said.poll(20, TimeUnit.MILLISECONDS), "told twice");
            return said;
        }
    }

    private Object dial(Upstream upstream, Destination destination) throws Exception {
        return dial(upstream, destination, PATIENT, new NameLookup());
    }

    private Object dialThrough(UpstreamType type, Credentials credentials, DialSettings settings, ScriptedServer.Script script) throws Exception {
        try (ScriptedServer server = new ScriptedServer(script)) {
            Object said = dial(Upstream.of("office", type, server.address(), credentials), V4, settings, new NameLookup());
            return said instanceof DialFailure failure ? failure.kind() + " " + failure.message().replace(server.address(), "PROXY") : said;
        }
    }

    private Object dialThrough(UpstreamType type, ScriptedServer.Script script) throws Exception {
        return dialThrough(type, null, PATIENT, script);
    }

    @Test
    void shouldDialDirectly() throws Exception {
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            assertEquals("6869", dial(null, Destination.of(Endpoint.parse(server.address()))));
            assertEquals("6869", dial(null, Destination.named("localhost", server.port())));
        }
    }

    @Test
    void shouldDialDirectlyOverIpv6() throws Exception {
        try (ScriptedServer server = new ScriptedServer("::1", client -> client.say("6869"))) {
            assertEquals("6869", dial(null, Destination.of(Endpoint.parse(server.address()))));
        }
    }

    @Test
    void shouldDialOnThePortableTransport() throws Exception {
        stop();
        transport = Transport.nio(1, "test-dial");
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            assertEquals("6869", dial(null, Destination.of(Endpoint.parse(server.address()))));
        }
        try (RefusingPort nobody = new RefusingPort()) {
            assertTrue(dial(null, Destination.of(Endpoint.parse(nobody.address()))).toString().endsWith("connection refused"));
        }
    }

    @Test
    void shouldHandOverBytesThatComeWithTheReplyAndAfterIt() throws Exception {
        assertEquals("6869216a6b", dialThrough(UpstreamType.SOCKS5, client -> {
            client.expect("050100").say("0500").expect(SOCKS5_REQUEST).say("05000001 00000000 0000 686921");
            client.say("6a6b");
        }));
        assertEquals("6869", dialThrough(UpstreamType.SOCKS4A, client -> client.expect("0401 01bb cb007105 00").say("005a000000000000 6869")));
        assertEquals("6869", dialThrough(UpstreamType.HTTP, client -> {
            client.readUntil("\r\n\r\n");
            client.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi".getBytes());
        }));
    }

    @Test
    void shouldBePatientWithAServerThatSendsOneByteAtATime() throws Exception {
        assertEquals("6869", dialThrough(UpstreamType.SOCKS5, ME, PATIENT, client -> {
            client.expect("05020002").writeSlowly(new byte[] {5, 2});
            client.expect("01 02 6d65 0b 6f70656e2d736573616d65").writeSlowly(new byte[] {1, 0});
            client.expect(SOCKS5_REQUEST).writeSlowly(HexFormat.of().parseHex("050000030361626312346869"));
        }));
    }

    @Test
    void shouldNameTheStepAtWhichTheServerHangsUp() throws Exception {
        assertEquals("UPSTREAM_DOWN upstream office PROXY: greeting: the upstream closed the connection",
            dialThrough(UpstreamType.SOCKS5, client -> client.expect("050100")));
        assertEquals("UPSTREAM_DOWN upstream office PROXY: authentication: the upstream closed the connection",
            dialThrough(UpstreamType.SOCKS5, ME, PATIENT, client -> client.expect("05020002").say("0502").read(16)));
        assertEquals("UPSTREAM_DOWN upstream office PROXY: CONNECT 203.0.113.5:443: the upstream closed the connection",
            dialThrough(UpstreamType.SOCKS5, client -> client.expect("050100").say("0500").expect(SOCKS5_REQUEST).say("050000")));
        assertEquals("UPSTREAM_DOWN upstream office PROXY: CONNECT 203.0.113.5:443: the upstream reset the connection",
            dialThrough(UpstreamType.HTTP, client -> {
                client.readUntil("\r\n\r\n");
                client.reset();
            }));
    }

    @Test
    void shouldTellARefusedUserWithoutThePassword() throws Exception {
        Object said = dialThrough(UpstreamType.SOCKS5, ME, PATIENT, client -> client.expect("05020002").say("0502").write(new byte[] {1,
            1}).read(16));
        assertEquals("AUTHENTICATION upstream office PROXY: authentication: user \"me\" refused (RFC 1929 status 1)", said);
        said = dialThrough(UpstreamType.HTTP, ME, PATIENT, client -> {
            client.readUntil("\r\n\r\n");
            client.write("HTTP/1.1 407 No\r\n\r\n".getBytes());
        });
        assertEquals("AUTHENTICATION upstream office PROXY: CONNECT 203.0.113.5:443: user \"me\" refused (HTTP status 407 \"No\")", said);
        assertFalse(said.toString().contains("sesame"), said.toString());
    }

    @Test
    void shouldTellWhatTheUpstreamSaysOfTheDestination() throws Exception {
        assertEquals("HOST_UNREACHABLE upstream office PROXY: CONNECT 203.0.113.5:443: host unreachable (SOCKS5 reply 4)",
            dialThrough(UpstreamType.SOCKS5, client -> client.expect("050100").say("0500").expect(SOCKS5_REQUEST).say("05040001")));
    }

    @Test
    void shouldGiveUpOnASilentStep() throws Exception {
        DialSettings hasty = new DialSettings(60_000, 200, 0);
        String said = dialThrough(UpstreamType.SOCKS5, null, hasty, client -> client.readToEnd()).toString();
        assertTrue(said.matches("UPSTREAM_DOWN upstream office PROXY: greeting: no answer within ([2-9]\\d\\d ms|\\d+ s)"), said);
    }

    @Test
    void shouldWaitForTheDestinationUpToTheWholeDialsDeadline() throws Exception {
        DialSettings hasty = new DialSettings(600, 100, 0);
        String said = "";
        for (int i = 0; i < 20 && !said.contains(": CONNECT "); i++) { // where the machine is busy, the greeting alone may take too long
            said = dialThrough(UpstreamType.SOCKS5, null, hasty,
                client -> client.expect("050100").say("0500").expect(SOCKS5_REQUEST).endsInOrder()).toString();
        }
        assertTrue(said.matches("TIMED_OUT upstream office PROXY: CONNECT 203.0.113.5:443: no answer within ([5-9]\\d\\d ms|\\d+ s)"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"485454502f312e312034303020426164", "00", "0501ffffffff", "ffffffffffffffff"})
    void shouldFailAtOnceWhenTheServerTalksNonsense(String garbage) throws Exception {
        String said = dialThrough(UpstreamType.SOCKS5, client -> client.expect("050100").say(garbage).endsInOrder()).toString();
        assertTrue(said.startsWith("PROTOCOL upstream office PROXY: greeting: "), said);
    }

    @Test
    void shouldSayThatTheProxyIsNotThere() throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            DialFailure failure = (DialFailure) dial(Upstream.of("office", UpstreamType.SOCKS5, nobody.address(), null), V4);
            assertEquals("upstream office " + nobody.address() + ": connect to the proxy: connection refused", failure.message());
            assertEquals(DialFailure.Kind.UPSTREAM_DOWN, failure.kind());
            assertEquals("connect to the proxy", failure.step());
        }
    }

    @Test
    void shouldSayThatTheDestinationRefused() throws Exception {
        try (RefusingPort nobody = new RefusingPort()) {
            DialFailure failure = (DialFailure) dial(null, Destination.of(Endpoint.parse(nobody.address())));
            assertEquals("direct: connect to " + nobody.address() + ": connection refused", failure.message());
            assertEquals(DialFailure.Kind.REFUSED, failure.kind());
        }
    }

    @Test
    void shouldTryTheNextAddressOfANameWhenOneRefuses() throws Exception {
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            NameLookup names = new NameLookup(name -> new InetAddress[] {
                InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), InetAddress.getByAddress(new byte[] {127, 0, 0, 1})});
            assertEquals("6869", dial(null, Destination.named("two.example", server.port()), PATIENT, names));
        }
    }

    @Test
    void shouldSayThatANameHasNoAddress() throws Exception {
        NameLookup names = new NameLookup(name -> {
            throw new UnknownHostException(name);
        });
        Upstream upstream = Upstream.of("office", UpstreamType.SOCKS5, "proxy.example:1080", null);
        DialFailure failure = (DialFailure) dial(upstream, V4, PATIENT, names);
        assertEquals("upstream office proxy.example:1080: look up proxy.example: no address found for proxy.example", failure.message());
        assertEquals(DialFailure.Kind.UPSTREAM_DOWN, failure.kind());
    }

    @Test
    void shouldNotWaitForAResolverThatHangs() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        NameLookup names = new NameLookup(name -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException(name);
        });
        DialFailure failure = (DialFailure) dial(Upstream.of("office", UpstreamType.HTTP, "proxy.example:1080", null), V4,
            new DialSettings(60_000, 200, 0), names);
        assertTrue(failure.message().matches("upstream office proxy.example:1080: look up proxy.example: no answer within ([2-9]\\d\\d ms|\\d+ s)"),
            failure.message());
    }

    @Test
    void shouldTellNothingAfterACancel() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch reset = new CountDownLatch(1);
        Outcome outcome = new Outcome();
        try (Dialer dialer = new Dialer(PATIENT, LocalPorts.ANY, new NameLookup()); ScriptedServer server = new ScriptedServer(client -> {
            client.expect("050100");
            asked.countDown();
            if (!client.endsInOrder()) {
                reset.countDown();
            }
        })) {
            WireLoop loop = transport.loops().get(0);
            Upstream upstream = Upstream.of("office", UpstreamType.SOCKS5, server.address(), null);
            Dialing dialing = CompletableFuture.supplyAsync(() -> dialer.dial(loop, upstream, V4, outcome), loop).get();
            Waiting.forLatch(asked, "the proxy was not asked");
            loop.execute(dialing::cancel);
            Waiting.forLatch(reset, "the proxy's connection was not reset");
            assertNull(outcome.said.poll(50, TimeUnit.MILLISECONDS));
        }
    }

    /** Fails the first binds, and counts what is given back. */
    private static final class Ports implements LocalPorts {
        private final int failures;
        private int asked;
        private int released;

        Ports(int failures) {
            this.failures = failures;
        }

        @Override
        public Claim bind(SocketChannel socket, Endpoint remote) throws IOException {
            socket.bind(new InetSocketAddress(0));
            if (asked++ < failures) {
                throw new BindException("Address already in use: bind");
            }
            return () -> released++;
        }
    }

    @Test
    void shouldConnectFromALocalPortAndGiveItBack() throws Exception {
        transport.close();
        transport = Transport.nio(1, "test-dial");
        Ports counting = new Ports(0);
        ports = counting;
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            assertEquals("6869", dial(null, Destination.of(Endpoint.parse(server.address()))));
        }
        assertEquals(1, counting.asked);
        assertEquals(1, counting.released);
    }

    @Test
    void shouldTryAnotherPortWhenOneIsInUse() throws Exception {
        transport.close();
        transport = Transport.nio(1, "test-dial");
        Ports counting = new Ports(3);
        ports = counting;
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            assertEquals("6869", dial(null, Destination.of(Endpoint.parse(server.address()))));
        }
        assertEquals(4, counting.asked);
    }

    @Test
    void shouldTryAnotherPortWhenAnOldConnectionToThereHasIt() throws Exception {
        transport.close();
        transport = Transport.nio(1, "test-dial");
        try (ScriptedServer server = new ScriptedServer(client -> client.say("6869"))) {
            Endpoint remote = Endpoint.parse(server.address());
            try (SocketChannel old = SocketChannel.open()) {
                old.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                old.bind(new InetSocketAddress("127.0.0.1", 0));
                old.connect(new InetSocketAddress("127.0.0.1", remote.port()));
                int busy = old.socket().getLocalPort();
                int[] asked = new int[1];
                int[] bound = new int[1];
                int[] released = new int[1];
                ports = (socket, to) -> {
                    socket.setOption(StandardSocketOptions.SO_REUSEADDR, true); // so that bind takes what connect cannot
                    socket.bind(new InetSocketAddress("127.0.0.1", asked[0]++ < 2 ? busy : 0));
                    bound[0]++;
                    return () -> released[0]++;
                };
                assertEquals("6869", dial(null, Destination.of(remote)));
                assertEquals(3, asked[0]);
                assertEquals(bound[0], released[0]); // where bind takes it already (Windows), nothing was had
            }
        }
    }

    @Test
    void shouldSayThatNoPortIsFreeWhenEveryOneIsInUse() throws Exception {
        transport.close();
        transport = Transport.nio(1, "test-dial");
        Ports counting = new Ports(100);
        ports = counting;
        DialFailure failure = (DialFailure) dial(null, V4);
        assertEquals(DialFailure.Kind.EXHAUSTED, failure.kind());
        assertEquals("direct: connect to 203.0.113.5:443: no local port is free for it (Address already in use: bind)", failure.message());
        assertEquals(8, counting.asked);
    }
}
