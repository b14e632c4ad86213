package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.net.Endpoint;
import io.weir.testkit.Conversation;
import io.weir.testkit.Haste;
import io.weir.testkit.LeakWatch;
import io.weir.testkit.ProxyScripts;
import io.weir.testkit.ScriptedServer;
import io.weir.testkit.Waiting;
import io.weir.upstream.Credentials;
import io.weir.upstream.DialFailure;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every transport must do, over real sockets on loopback. */
@ExtendWith(LeakWatch.class)
abstract class RelayContractTest {
    private static final int MIB = 1 << 20;
    private final RelaySettings settings = splicingAfter(spliceAfterBytes());

    abstract Transport transport();

    long spliceAfterBytes() {
        return 0;
    }

    private static RelaySettings splicingAfter(long bytes) {
        RelaySettings usual = RelayLab.PATIENT;
        return new RelaySettings(usual.listen(), 1, 0, usual.dialTimeoutMs(), usual.stepTimeoutMs(), usual.acceptTimeoutMs(),
            usual.maximumDials(), bytes);
    }

    private RelayLab lab(Upstreams upstreams, RelaySettings settings) throws RelayException {
        return new RelayLab(settings, upstreams, transport());
    }

    private RelayLab lab() throws RelayException {
        return lab(Upstreams.NONE, settings);
    }

    private RelaySettings acceptingFor(int acceptTimeoutMs, int maximumDials) {
        return new RelaySettings(settings.listen(), 1, 0, settings.dialTimeoutMs(), settings.stepTimeoutMs(), acceptTimeoutMs, maximumDials, settings.spliceAfterBytes());
    }

    private static byte[] noise(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static final ScriptedServer.Script ECHO = client -> client.socket().getInputStream().transferTo(client.socket().getOutputStream());

    private static void echoThrough(RelayLab lab, Endpoint destination, String upstream, Endpoint local) throws IOException {
        try (RelayLab.Flow flow = lab.order(destination, upstream, local)) {
            Conversation client = flow.dialed().connect();
            for (int round = 0; round < 3; round++) {
                byte[] bytes = noise(1000 * (round + 1), round);
                assertArrayEquals(bytes, client.write(bytes).read(bytes.length));
            }
            client.endOutput();
            assertEquals(0, client.readToEnd().length);
            assertEquals(new RelayLab.End(6000, 6000, "closed by both sides"), flow.end());
        }
    }

    @Test
    void shouldJoinBothFamiliesDirectly() throws Exception {
        try (RelayLab lab = lab(); ScriptedServer v4 = new ScriptedServer(ECHO); ScriptedServer v6 = new ScriptedServer("::1", ECHO)) {
            Endpoint listener4 = lab.relay.endpoints().get(0);
            Endpoint listener6 = lab.relay.endpoints().get(1);
            echoThrough(lab, Endpoint.parse(v4.address()), null, listener4);
            echoThrough(lab, Endpoint.parse(v6.address()), null, listener6);
            echoThrough(lab, Endpoint.parse(v6.address()), null, listener4);
            assertEquals(3, lab.count(Counter.RELAY_JOINED));
            assertEquals(0, lab.count(Counter.RELAY_STRANGERS));
            assertEquals(18_000, lab.count(Counter.RELAY_BYTES_UP));
            assertEquals(18_000, lab.count(Counter.RELAY_BYTES_DOWN));
        }
    }

    @Test
    void shouldJoinThroughEveryKindOfUpstream() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ECHO);
                ScriptedServer socks5 = new ScriptedServer(ProxyScripts.socks5("me", "secret", UnaryOperator.identity()));
                ScriptedServer socks4a = new ScriptedServer(ProxyScripts.socks4a(UnaryOperator.identity()));
                ScriptedServer http = new ScriptedServer(ProxyScripts.httpConnect("me", "secret", UnaryOperator.identity()))) {
            Credentials me = new Credentials("me", "secret");
            Upstreams upstreams = new Upstreams(List.of(Upstream.of("socks5", UpstreamType.SOCKS5, socks5.address(), me),
                Upstream.of("socks4a", UpstreamType.SOCKS4A, socks4a.address(), null), Upstream.of("http", UpstreamType.HTTP, http.address(), me)));
            try (RelayLab lab = lab(upstreams, settings)) {
                for (Upstream upstream : upstreams.all()) {
                    echoThrough(lab, Endpoint.parse(server.address()), upstream.name(), lab.relay.endpoints().get(0));
                }
            }
        }
    }

    @Test
    void shouldDialThroughTheNewUpstreamsAfterTheyAreReplaced() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ECHO);
                ScriptedServer proxy = new ScriptedServer(ProxyScripts.socks5(null, null, UnaryOperator.identity()));
                RelayLab lab = lab()) {
            try (RelayLab.Flow flow = lab.order(server.address(), "office")) {
                assertEquals(DialFailure.Kind.UPSTREAM_DOWN, flow.failure().kind());
            }
            lab.relay.replaceUpstreams(new Upstreams(List.of(Upstream.of("office", UpstreamType.SOCKS5, proxy.address(), null))));
            echoThrough(lab, Endpoint.parse(server.address()), "office", lab.relay.endpoints().get(0));
        }
    }

    @Test
    void shouldTellARefusalBeforeAnythingIsAccepted() throws Exception {
        ScriptedServer gone = new ScriptedServer(ECHO);
        gone.close();
        try (RelayLab lab = lab(); RelayLab.Flow flow = lab.order(gone.address(), null)) {
            assertEquals(DialFailure.Kind.REFUSED, flow.failure().kind());
            assertResetAtOnce(flow);
            assertEquals(1, lab.count(Counter.RELAY_DIALS_FAILED));
        }
    }

    /** The connection may be made by the kernel, but it is reset without a byte. */
    private static void assertResetAtOnce(RelayLab.Flow flow) throws IOException {
        try {
            assertFalse(flow.connect().endsInOrder(), "ended in order, not by a reset");
        } catch (SocketException e) {
            assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("Broken pipe"), e.getMessage());
        }
    }

    @Test
    void shouldRefuseStrangersAndStillServeTheRightOne() throws Exception {
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(ECHO);
                RelayLab.Flow stranger = lab.flow(server.address(), null); RelayLab.Flow flow = lab.order(server.address(), null)) {
            flow.dialed();
            assertResetAtOnce(stranger);
            Waiting.until("the stranger is counted", () -> lab.count(Counter.RELAY_STRANGERS) == 1);
            Conversation client = flow.connect();
            assertArrayEquals(new byte[] {7}, client.write(new byte[] {7}).read(1));
        }
    }

    @Test
    void shouldAcceptAConnectionOnlyOnTheListenerItWasOrderedFor() throws Exception {
        RelaySettings two = settings.withListen(RelaySettings.anyPorts(Endpoint.parse("127.0.0.1:0").address(), 2));
        try (RelayLab lab = lab(Upstreams.NONE, two); ScriptedServer server = new ScriptedServer(ECHO);
                RelayLab.Flow flow = lab.order(Endpoint.parse(server.address()), null,
                    lab.relay.endpoints().get(0)); Socket elsewhere = new Socket()) {
            flow.dialed();
            elsewhere.setReuseAddress(true);
            flow.socket.close();
            elsewhere.bind(new java.net.InetSocketAddress("127.0.0.1", flow.order.peer().port()));
            elsewhere.connect(new java.net.InetSocketAddress("127.0.0.1", lab.relay.endpoints().get(1).port()));
            assertFalse(new Conversation(elsewhere).endsInOrder());
            assertEquals(1, lab.count(Counter.RELAY_STRANGERS));
        }
    }

    @Test
    void shouldServeAWildcardListenerAtAnyAddress() throws Exception {
        RelaySettings wildcard = settings.withListen(List.of(Endpoint.parse("0.0.0.0:0")));
        try (RelayLab lab = lab(Upstreams.NONE, wildcard); ScriptedServer server = new ScriptedServer(ECHO)) {
            int port = lab.relay.endpoints().get(0).port();
            echoThrough(lab, Endpoint.parse(server.address()), null, Endpoint.parse("127.0.0.9:" + port));
        }
    }

    @Test
    void shouldResetTheUpstreamWhenTheConnectionDoesNotArriveInTime() throws Exception {
        CountDownLatch reset = new CountDownLatch(1);
        try (RelayLab lab = lab(Upstreams.NONE, acceptingFor(150, 10)); ScriptedServer server = new ScriptedServer(client -> {
            if (!client.endsInOrder()) {
                reset.countDown();
            }
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            assertEquals(new RelayLab.End(0, 0, "the application's connection did not arrive within 150 ms"), flow.dialed().end());
            Waiting.forLatch(reset, "the server saw no reset");
            assertResetAtOnce(flow);
            assertEquals(1, lab.count(Counter.RELAY_ACCEPT_LATE));
        }
    }

    @Test
    void shouldDeliverWhatTheServerSaidBeforeTheConnectionArrived() throws Exception {
        byte[] banner = noise(3 * MIB, 1);
        CountDownLatch said = new CountDownLatch(1);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.write(new byte[] {1, 2, 3});
            said.countDown();
            client.write(banner);
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            flow.dialed();
            Waiting.forLatch(said, "said");
            Conversation client = flow.connect();
            assertArrayEquals(new byte[] {1, 2, 3}, client.read(3));
            assertArrayEquals(banner, client.readToEnd());
            client.endOutput();
            assertEquals(new RelayLab.End(0, banner.length + 3, "closed by both sides"), flow.end());
        }
    }

    @Test
    void shouldDeliverAnEndThatCameBeforeTheConnection() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.write(new byte[] {1, 2, 3}).endOutput();
            ended.countDown();
            assertArrayEquals(new byte[] {9}, client.readToEnd());
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            flow.dialed();
            Waiting.forLatch(ended, "ended");
            Conversation client = flow.connect();
            assertArrayEquals(new byte[] {1, 2, 3}, client.readToEnd());
            client.write(new byte[] {9}).endOutput();
            assertEquals(new RelayLab.End(1, 3, "closed by both sides"), flow.end());
            assertTrue(server.problems().isEmpty(), server.problems().toString());
        }
    }

    @Test
    void shouldEndTheFlowWhenTheServerResetsBeforeTheConnection() throws Exception {
        CountDownLatch dialed = new CountDownLatch(1);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            Waiting.forLatch(dialed, "the dial");
            client.reset();
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            flow.dialed();
            dialed.countDown();
            assertEquals("reset by the destination", flow.end().how());
            assertResetAtOnce(flow);
        }
    }

    @Test
    void shouldLetTheServerGoOnWhenTheClientHasShutDown() throws Exception {
        byte[] request = noise(MIB, 2);
        byte[] answer = noise(10 * MIB, 3);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            assertArrayEquals(request, client.readToEnd());
            client.write(answer);
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            client.write(request).endOutput();
            assertArrayEquals(answer, client.readToEnd());
            assertEquals(new RelayLab.End(request.length, answer.length, "closed by both sides"), flow.end());
            assertTrue(server.problems().isEmpty(), server.problems().toString());
        }
    }

    @Test
    void shouldLetTheClientGoOnWhenTheServerHasShutDown() throws Exception {
        byte[] upload = noise(10 * MIB, 4);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.endOutput();
            assertArrayEquals(upload, client.readToEnd());
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            assertEquals(0, client.readToEnd().length);
            client.write(upload).endOutput();
            assertEquals(new RelayLab.End(upload.length, 0, "closed by both sides"), flow.end());
            assertTrue(server.problems().isEmpty(), server.problems().toString());
        }
    }

    @Test
    void shouldCarryAResetOfTheServerToTheClient() throws Exception {
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.expect("01");
            client.reset();
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            assertFalse(client.write(new byte[] {1}).endsInOrder());
            assertEquals(new RelayLab.End(1, 0, "reset by the destination"), flow.end());
        }
    }

    @Test
    void shouldCarryAResetOfTheClientToTheServer() throws Exception {
        CountDownLatch reset = new CountDownLatch(1);
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.expect("01").say("02");
            if (!client.endsInOrder()) {
                reset.countDown();
            }
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            client.write(new byte[] {1}).expect("02").reset();
            Waiting.forLatch(reset, "the server saw no reset");
            assertEquals(new RelayLab.End(1, 1, "reset by the application"), flow.end());
        }
    }

    @Test
    void shouldCarryAResetAfterAHalfClose() throws Exception {
        try (RelayLab lab = lab(); ScriptedServer server = new ScriptedServer(client -> {
            client.readToEnd();
            client.reset();
        }); RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            client.endOutput();
            assertFalse(client.endsInOrder());
            assertEquals("reset by the destination", flow.end().how());
        }
    }

    @Test
    void shouldStopReadingWhenTheOtherSideDoes() throws Exception {
        byte[] piece = noise(MIB, 5);
        int pieces = 96;
        java.util.concurrent.atomic.AtomicInteger written = new java.util.concurrent.atomic.AtomicInteger();
        Transport transport = transport();
        try (RelayLab lab = new RelayLab(settings, Upstreams.NONE, transport); ScriptedServer server = new ScriptedServer(client -> {
            for (int i = 0; i < pieces; i++) {
                client.write(piece);
                written.incrementAndGet();
            }
        }); RelayLab.Flow flow = lab.flow(server.address(), null)) {
            flow.socket.setReceiveBufferSize(64 * 1024);
            assertTrue(flow.dial());
            Conversation client = flow.dialed().connect();
            awaitStall(written);
            assertTrue(written.get() < pieces, "the server could send everything to a client that reads nothing");
            assertTrue(transport.bufferBytes() <= 4 * MIB, "buffers hold " + transport.bufferBytes());
            for (int i = 0; i < pieces; i++) {
                assertArrayEquals(piece, client.read(MIB), "piece " + i);
            }
            client.endOutput();
            assertEquals(new RelayLab.End(0, (long) pieces * MIB, "closed by both sides"), flow.end());
        }
    }

    /** Until nothing has moved for a quarter of a second. */
    private static void awaitStall(java.util.concurrent.atomic.AtomicInteger progress) {
        long[] sinceNs = {System.nanoTime()};
        int[] seen = {-1};
        Waiting.until("a stall", () -> {
            if (progress.get() != seen[0]) {
                seen[0] = progress.get();
                sinceNs[0] = System.nanoTime();
            }
            return System.nanoTime() - sinceNs[0] > 250_000_000;
        });
    }

    @Test
    void shouldCancelAFlowInEveryState() throws Exception {
        CountDownLatch resets = new CountDownLatch(2);
        ScriptedServer.Script countResets = client -> {
            if (!client.endsInOrder()) {
                resets.countDown();
            }
        };
        try (ScriptedServer server = new ScriptedServer(countResets); ScriptedServer silent = new ScriptedServer(Conversation::readToEnd);
                RelayLab lab = lab(new Upstreams(List.of(Upstream.of("silent", UpstreamType.SOCKS5, silent.address(), null))), settings);
                RelayLab.Flow dialing = lab.order(server.address(), "silent"); RelayLab.Flow expected = lab.order(server.address(), null);
                RelayLab.Flow joined = lab.order(server.address(), null)) {
            lab.relay.cancel(987_654);
            Waiting.until("the dial is under way", () -> silent.accepted() == 1);
            lab.relay.cancel(dialing.id);
            assertEquals(DialFailure.Kind.CANCELLED, dialing.failure().kind());
            expected.dialed();
            lab.relay.cancel(expected.id);
            assertEquals("cancelled", expected.end().how());
            assertResetAtOnce(expected);
            Conversation client = joined.dialed().connect();
            client.write(new byte[] {1});
            Waiting.until("the connection is joined", () -> lab.count(Counter.RELAY_JOINED) == 1);
            lab.relay.cancel(joined.id);
            assertEquals("cancelled", joined.end().how());
            assertFalse(client.endsInOrder());
            Waiting.forLatch(resets, "the server saw " + (2 - resets.getCount()) + " of 2 resets");
            lab.relay.cancel(joined.id);
        }
    }

    @Test
    void shouldSayFullWhenSoManyAreUnderWay() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ECHO); RelayLab lab = lab(Upstreams.NONE, acceptingFor(settings.acceptTimeoutMs(), 2));
                RelayLab.Flow first = lab.order(server.address(), null); RelayLab.Flow second = lab.order(server.address(), null);
                RelayLab.Flow third = lab.flow(server.address(), null)) {
            first.dialed();
            second.dialed();
            assertFalse(third.dial());
            first.connect();
            Waiting.until("there is room again", third::dial);
            third.dialed();
            lab.relay.cancel(second.id);
            second.end();
        }
    }

    @Test
    void shouldEndTheElderOfTwoFlowsOrderedForTheSameAddresses() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ECHO); RelayLab lab = lab(); RelayLab.Flow elder = lab.order(server.address(), null);
                RelayLab.Flow younger = lab.flow(server.address(), null)) {
            elder.dialed();
            DialOrder same = new DialOrder(younger.id, younger.order.destination(), null, elder.order.peer(), elder.order.local());
            lab.expectEventsOf(younger);
            assertTrue(lab.relay.dial(same));
            assertEquals("another flow was given the same addresses", elder.end().how());
            younger.dialed();
            Conversation client = elder.connect();
            assertArrayEquals(new byte[] {7}, client.write(new byte[] {7}).read(1));
            client.endOutput();
            assertEquals(new RelayLab.End(1, 1, "closed by both sides"), younger.end());
        }
    }

    @Test
    void shouldHoldAThousandSessionsAtOnce() throws Exception {
        int sessions = Boolean.getBoolean("weir.test.short") ? 250 : 1000;
        List<RelayLab.Flow> flows = new ArrayList<>();
        List<Conversation> clients = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer(client -> {
            client.socket().setSoTimeout(0);
            ECHO.lead(client);
        }); RelayLab lab = lab()) {
            for (int i = 0; i < sessions; i++) {
                flows.add(lab.order(server.address(), null));
            }
            for (RelayLab.Flow flow : flows) {
                clients.add(flow.dialed().connect());
            }
            for (int i = 0; i < sessions; i++) {
                clients.get(i).write(noise(100, i));
            }
            for (int i = 0; i < sessions; i++) {
                assertArrayEquals(noise(100, i), clients.get(i).read(100), "session " + i);
                clients.get(i).endOutput();
            }
            for (RelayLab.Flow flow : flows) {
                assertEquals(new RelayLab.End(100, 100, "closed by both sides"), flow.end());
            }
        } finally {
            for (RelayLab.Flow flow : flows) {
                flow.close();
            }
        }
    }

    @Test
    void shouldEndEverythingWithinTwoSecondsWhenClosed() throws Exception {
        Haste.assertWithin(Duration.ofSeconds(2), this::closeWhileFlowsAreInEveryState);
    }

    private Duration closeWhileFlowsAreInEveryState() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ECHO); ScriptedServer silent = new ScriptedServer(Conversation::readToEnd)) {
            RelayLab lab = lab(new Upstreams(List.of(Upstream.of("silent", UpstreamType.SOCKS5, silent.address(), null))), settings);
            RelayLab.Flow dialing = lab.order(server.address(), "silent");
            RelayLab.Flow expected = lab.order(server.address(), null).dialed();
            RelayLab.Flow joined = lab.order(server.address(), null).dialed();
            Conversation client = joined.connect();
            assertArrayEquals(new byte[] {7}, client.write(new byte[] {7}).read(1));
            Duration took = Haste.timed(lab::close);
            lab.close();
            assertEquals(DialFailure.Kind.CANCELLED, dialing.failure().kind());
            assertEquals("the relay was closed", expected.end().how());
            assertEquals(new RelayLab.End(1, 1, "the relay was closed"), joined.end());
            assertFalse(client.endsInOrder());
            assertFalse(lab.relay.dial(joined.order), "a closed relay took an order");
            lab.relay.cancel(1);
            for (RelayLab.Flow flow : List.of(dialing, expected, joined)) {
                flow.close();
            }
            return took;
        }
    }

    @Test
    void shouldSayWhoCannotListenAndWhatToDo() throws Exception {
        try (RelayLab lab = lab()) {
            Endpoint taken = lab.relay.endpoints().get(0);
            RelayException problem = assertThrows(RelayException.class, () -> lab(Upstreams.NONE, settings.withListen(List.of(taken))));
            assertEquals("the relay cannot listen on " + taken + ": another program uses the port; "
                + "stop it, or choose another port (0 = any free one)",
                problem.getMessage());
            problem = assertThrows(RelayException.class, () -> lab(Upstreams.NONE, settings.withListen(List.of(Endpoint.parse("192.0.2.1:0")))));
            assertTrue(problem.getMessage().startsWith("the relay cannot listen on 192.0.2.1:0: "), problem.getMessage());
            assertTrue(problem.getMessage().endsWith("; choose an address of this machine"), problem.getMessage());
        }
    }

    @Test
    void shouldRefuseAnOrderForAPlaceWhereItDoesNotListen() throws Exception {
        try (RelayLab lab = lab()) {
            Endpoint nowhere = Endpoint.parse("127.0.0.1:1");
            DialOrder order = new DialOrder(1, nowhere, null, nowhere, nowhere);
            assertThrows(IllegalArgumentException.class, () -> lab.relay.dial(order));
        }
    }
}
