package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.config.LinuxSettings;
import io.weir.config.LogSettings;
import io.weir.config.RedirectSettings;
import io.weir.config.Settings;
import io.weir.config.WindowsSettings;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.MemoryPacket;
import io.weir.engine.PacketFlags;
import io.weir.filter.AddressData;
import io.weir.filter.CaptureSettings;
import io.weir.filter.Evaluator;
import io.weir.filter.Filter;
import io.weir.filter.Layer;
import io.weir.filter.ScopeFilter;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import io.weir.pipeline.PipelineSettings;
import io.weir.pipeline.Threads;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.relay.RelaySettings;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.PathStyle;
import io.weir.rules.ProcessPattern;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.stage.RedirectShape;
import io.weir.stage.StageSettings;
import io.weir.testkit.Haste;
import io.weir.testkit.PacketFixtures;
import io.weir.testkit.RefusingPort;
import io.weir.testkit.Waiting;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import io.weir.upstream.Upstreams;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole program but its platform: real stages, pipeline and relay, packets from memory, a SOCKS server of the test's. */
@Timeout(120)
class WeirTest {
    private static final long PATIENCE_NS = Waiting.PATIENCE_NS;
    private static final int GRANTED = 0;
    private static final int HOST_UNREACHABLE = 4;
    private static final Owner CURL = new Owner(812, 99, "/usr/bin/curl", "curl", "me");
    private static final String APPLICATION = "10.0.0.5:40112";
    private static final String DESTINATION = "203.0.113.7:443";

    /** On a busy machine the owner may come late, but come he does. */
    private static final StageSettings PATIENT = new StageSettings(10_000_000_000L, StageSettings.DEFAULT.ownerUnknown(), true, false);

    /** One upstream there, for curl. */
    static Settings settings(String upstream) {
        return settings(upstream, Threads.INLINE, RedirectShape.LOOPBACK);
    }

    private static Settings settings(int proxyPort, Threads threads, RedirectShape shape) {
        return settings("127.0.0.1:" + proxyPort, threads, shape);
    }

    private static Settings settings(String upstream, Threads threads, RedirectShape shape) {
        Upstreams upstreams = new Upstreams(List.of(Upstream.of("office", UpstreamType.SOCKS5, upstream, null)));
        Rule curl = new Rule("browsers", new Condition.Process(List.of(ProcessPattern.parse("curl", PathStyle.UNIX))), Action.proxy("office"),
            OnFailure.BLOCK);
        return new Settings(upstreams, RuleSet.of(List.of(curl)), CaptureSettings.DEFAULT, new RedirectSettings(shape, 2, 0), PATIENT,
            FlowSettings.DEFAULT, RelaySettings.DEFAULT, new PipelineSettings(threads, 2, 64), new LogSettings("info", null, 100),
            new LinuxSettings(0, Path.of("unused")), new WindowsSettings(1, null));
    }

    private static OwnerLookup everybodyIs(Owner owner) {
        return everybodyIs(owner, () -> { });
    }

    private static OwnerLookup everybodyIs(Owner owner, Runnable closing) {
        return new OwnerLookup() {
            @Override
            public Owner find(io.weir.net.Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow,
                              int remotePort, long beginning) {
                return null;
            }

            @Override
            public boolean ask(OwnerQuery query, Answers answers) {
                new Thread(() -> answers.found(query, owner)).start();
                return true;
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldRedirectASynOnceItsOwnerIsKnownAndItsDialHasSucceeded(Threads threads) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
            Thread server = new Thread(() -> answerSocks(proxy, GRANTED));
            server.setDaemon(true);
            server.start();
            MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
            try (Weir weir = new Weir(settings(proxy.getLocalPort(), threads, RedirectShape.LOOPBACK), platform)) {
                weir.start();
                assertEquals(weir.facts().relay(), platform.scope.relayEndpoints());
                byte[] syn = PacketFixtures.tcp(APPLICATION, DESTINATION).flags(PacketFixtures.SYN).bytes();
                assertTrue(platform.engine.feed(syn, outbound(), 2, 0));
                MemoryPacket sent = platform.engine.take(PATIENCE_NS);
                assertNotNull(sent, "no packet came out");
                PacketView view = view(sent);
                assertEquals(Endpoint.parse("127.0.0.1:1").address(), new IpAddress(view.destinationHigh(), view.destinationLow()));
                assertTrue(weir.facts().relay().stream().anyMatch(endpoint -> endpoint.port() == view.destinationPort()), "not to the relay");
                assertEquals(PacketFixtures.SYN, view.tcpFlags());
                assertEquals(1, weir.counters().get(Counter.FLOWS_PROXIED));
                assertEquals(1, weir.counters().get(Counter.OWNER_HELD));
            }
        }
    }

    @Test
    void shouldPassPacketsOfOthersUntouched() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(new Owner(5, 1, "/usr/bin/wget", "wget", "me")));
        try (Weir weir = new Weir(settings(9, Threads.INLINE, RedirectShape.LOOPBACK), platform)) {
            weir.start();
            byte[] syn = PacketFixtures.tcp(APPLICATION, DESTINATION).flags(PacketFixtures.SYN).bytes();
            assertTrue(platform.engine.feed(syn, outbound(), 2, 0));
            MemoryPacket sent = platform.engine.take(PATIENCE_NS);
            assertNotNull(sent);
            assertEquals(ByteBuffer.wrap(syn), ByteBuffer.wrap(sent.bytes()));
        }
    }

    @Test
    void shouldResetAConnectionWhoseUpstreamIsDown() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        try (RefusingPort nobody = new RefusingPort(); Weir weir = new Weir(settings(nobody.port(), Threads.INLINE, RedirectShape.LOOPBACK), platform)) {
            weir.start();
            assertTrue(platform.engine.feed(PacketFixtures.tcp(APPLICATION, DESTINATION).flags(PacketFixtures.SYN).bytes(), outbound(), 2, 0));
            MemoryPacket sent = platform.engine.take(PATIENCE_NS);
            assertNotNull(sent, "no packet came out");
            assertEquals(PacketFixtures.RST, view(sent).tcpFlags() & PacketFixtures.RST);
            assertFalse((sent.flags() & PacketFlags.OUTBOUND) != 0, "the reset must come in");
            assertEquals(1, weir.counters().get(Counter.FLOWS_FAILED));
        }
    }

    @Test
    void shouldSayWhichStepFailedAndUndoTheStepsBefore() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        platform.ownerProblem = "no tables here";
        Weir weir = new Weir(settings(9, Threads.INLINE, RedirectShape.LOOPBACK), platform);
        StartException problem = assertThrows(StartException.class, weir::start);
        assertEquals(StartStage.OWNERS, problem.stage());
        assertEquals("no tables here", problem.getMessage());
        assertEquals("do something else", problem.remedy());
        for (Endpoint listening : platform.relay) {
            assertThrows(IOException.class, () -> new Socket("127.0.0.1", listening.port()).close(), "the relay still listens");
        }
        assertEquals(List.of("admit LOOPBACK to 2", "admit no more"), platform.steps);
        weir.close();
    }

    @Test
    void shouldLetConnectionsInThenAskForOwnersThenCapture() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        try (Weir weir = new Weir(settings(9, Threads.INLINE, RedirectShape.REFLECT), platform)) {
            weir.start();
            assertEquals(List.of("admit REFLECT to 2", "owners", "engine"), platform.steps);
        }
        assertEquals("admit no more", platform.steps.get(3));
    }

    @ParameterizedTest
    @CsvSource({"2147483647, 127.87.0.1", "1, 127.0.0.1"})
    void shouldSendConnectionsFromAnAddressThePlatformTakes(int mostLoopbackAddresses, String source) throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
            Thread server = new Thread(() -> answerSocks(proxy, GRANTED));
            server.setDaemon(true);
            server.start();
            MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
            platform.mostLoopbackAddresses = mostLoopbackAddresses;
            try (Weir weir = new Weir(settings(proxy.getLocalPort(), Threads.INLINE, RedirectShape.LOOPBACK), platform)) {
                weir.start();
                assertTrue(platform.engine.feed(PacketFixtures.tcp(APPLICATION, DESTINATION).flags(PacketFixtures.SYN).bytes(), outbound(), 2, 0));
                MemoryPacket sent = platform.engine.take(PATIENCE_NS);
                assertNotNull(sent, "no packet came out");
                PacketView view = view(sent);
                assertEquals(source, new IpAddress(view.sourceHigh(), view.sourceLow()).toString());
                assertEquals(1, sent.interfaceIndex());
            }
        }
    }

    @Test
    void shouldAnswerByResetAloneWhereThePlatformSaysSo() throws Exception {
        for (boolean resetOnly : new boolean[] {true, false}) {
            try (ServerSocket proxy = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
                Thread server = new Thread(() -> answerSocks(proxy, HOST_UNREACHABLE));
                server.setDaemon(true);
                server.start();
                MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
                platform.resetOnly = resetOnly;
                try (Weir weir = new Weir(settings(proxy.getLocalPort(), Threads.INLINE, RedirectShape.LOOPBACK), platform)) {
                    weir.start();
                    assertTrue(platform.engine.feed(PacketFixtures.tcp(APPLICATION, DESTINATION).flags(PacketFixtures.SYN).bytes(), outbound(), 2, 0));
                    MemoryPacket sent = platform.engine.take(PATIENCE_NS);
                    assertNotNull(sent, "no packet came out");
                    assertEquals(resetOnly ? PacketKind.TCP : PacketKind.ICMP, view(sent).kind());
                }
            }
        }
    }

    @Test
    void shouldSayThatTheEngineFailedWhenItDid() {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        platform.engineProblem = "no kernel here";
        Weir weir = new Weir(settings(9, Threads.INLINE, RedirectShape.LOOPBACK), platform);
        assertEquals(StartStage.ENGINE, assertThrows(StartException.class, weir::start).stage());
        assertNull(weir.facts());
        weir.close();
    }

    @Test
    void shouldReflectWhenTheSelfTestShowsThatLoopbackDoesNotWork() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        try (Weir weir = new Weir(settings(9, Threads.INLINE, null), platform,
                test -> new SelfTest.Result(SelfTest.Outcome.FAILS, "a test says so"))) {
            weir.start();
            assertEquals(RedirectShape.REFLECT, weir.facts().shape());
            assertEquals(2, platform.opened);
            assertTrue(platform.engine.feed(new byte[20], outbound(), 2, 0), "the second engine is not open");
        }
    }

    @ParameterizedTest
    @CsvSource({"WORKS, REFLECT, 2", "INCONCLUSIVE, REFLECT, 2", "ONLY_IPV4, LOOPBACK, 3", "FAILS, LOOPBACK, 3"})
    void shouldKeepIpv4GoingWhenNoShapeWorksOverIpv6(SelfTest.Outcome reflected, RedirectShape shape, int opened) throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        Iterator<SelfTest.Outcome> outcomes = List.of(SelfTest.Outcome.ONLY_IPV4, reflected).iterator();
        try (Weir weir = new Weir(settings(9, Threads.INLINE, null), platform, test -> {
            assertTrue(platform.engine.feed(new byte[20], outbound(), 2, 0));
            assertNotNull(assertDoesNotThrow(() -> platform.engine.take(PATIENCE_NS)));
            return new SelfTest.Result(outcomes.next(), "a test says so");
        })) {
            weir.start();
            assertEquals(shape, weir.facts().shape());
            assertEquals(opened, platform.opened);
            assertEquals(0, reflected == SelfTest.Outcome.INCONCLUSIVE ? 0 : weir.counters().get(Counter.PACKETS_RECEIVED), "packets of the test");
            assertTrue(platform.engine.feed(new byte[20], outbound(), 2, 0), "the last engine is not open");
        }
    }

    @Test
    void shouldNotWaitForTheSelfTestWhenItIsStopped() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        CountDownLatch testing = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Weir weir = new Weir(settings(9, Threads.INLINE, null), platform, test -> {
            testing.countDown();
            await(stopped);
            return new SelfTest.Result(SelfTest.Outcome.FAILS, "its relay is gone");
        });
        CompletableFuture<Boolean> started = CompletableFuture.supplyAsync(() -> {
            try {
                return weir.start();
            } catch (StartException problem) {
                throw new IllegalStateException(problem);
            }
        });
        await(testing);
        weir.close();
        stopped.countDown();
        assertFalse(started.get(), "it says that it runs");
        assertEquals(1, platform.opened, "it was started anew after its end");
        assertFalse(weir.start());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A table of sockets is being read, netsh does not answer, a thread does not come back from the driver. */
    @Test
    void shouldStopThoughPartsOfItHang() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        List<String> closed = Collections.synchronizedList(new ArrayList<>());
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL, () -> {
            closed.add("owners");
            await(never);
        })) {
            @Override
            public long stopWithinMs() {
                return 2000;
            }

            @Override
            public Engine openEngine(CaptureScope wanted, Filter chosen, Counters counters) {
                Engine memory = super.openEngine(wanted, chosen, counters);
                return (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (self, method, arguments) -> {
                    if (method.getName().equals("receive")) {
                        WeirTest.await(never);
                    } else if (method.getName().equals("close")) {
                        closed.add("engine");
                    }
                    return method.invoke(memory, arguments);
                });
            }

            @Override
            public AutoCloseable admitToRelay(RedirectShape shape, List<Endpoint> relay) {
                return () -> {
                    closed.add("firewall");
                    WeirTest.await(never);
                };
            }
        };
        Weir weir = new Weir(settings(9, Threads.INLINE, RedirectShape.LOOPBACK), platform);
        try {
            assertTrue(weir.start());
            weir.close();
            assertEquals("engine", closed.get(0));
            assertEquals(Set.of("engine", "firewall", "owners"), Set.copyOf(closed), "what hangs keeps others from being closed");
            assertNull(weir.awaitEnd());
        } finally {
            never.countDown();
        }
    }

    @Test
    void shouldStayOnLoopbackWhenTheSelfTestShowsNothing() throws Exception {
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        try (Weir weir = new Weir(settings(9, Threads.INLINE, null), platform,
                test -> new SelfTest.Result(SelfTest.Outcome.INCONCLUSIVE, "a test says so"))) {
            weir.start();
            assertEquals(RedirectShape.LOOPBACK, weir.facts().shape());
            assertEquals(1, platform.opened);
        }
    }

    /** The kernel of Windows sees to the filter, too: what it leaves out never gets here. */
    @Test
    void shouldAskForTheSelfTestsConnectionThoughTheUsersFilterLeavesItOut() throws Exception {
        Filter filter = Filter.compile("tcp.DstPort == 443", Layer.NETWORK);
        MemoryPlatform platform = new MemoryPlatform(everybodyIs(CURL));
        try (Weir weir = new Weir(filtered(settings(9, Threads.INLINE, null), filter), platform,
                test -> new SelfTest.Result(SelfTest.Outcome.INCONCLUSIVE, "a test says so"))) {
            weir.start();
            assertTrue(isShown(platform, "192.0.2.87:8787"), "the self-test would fail");
            assertTrue(isShown(platform, DESTINATION));
            assertFalse(isShown(platform, "203.0.113.7:80"));
        }
    }

    private static Settings filtered(Settings all, Filter filter) {
        return new Settings(all.upstreams(), all.rules(), all.capture(), all.redirect(), all.stage().withFilter(filter), all.flow(), all.relay(),
            all.pipeline(), all.log(), all.linux(), all.windows());
    }

    private static boolean isShown(MemoryPlatform platform, String destination) {
        byte[] syn = PacketFixtures.tcp(APPLICATION, destination).flags(PacketFixtures.SYN).bytes();
        AddressData address = new AddressData();
        address.outbound = true;
        return new Evaluator(ScopeFilter.of(platform.scope, false, platform.chosen).filter())
            .evaluate(ByteBuffer.wrap(syn), 0, syn.length, address) == Evaluator.Outcome.MATCH;
    }

    @Test
    void shouldStopWithinTwoSecondsAndOnlyOnce() throws Exception {
        Haste.assertWithin(Duration.ofSeconds(2), () -> {
            Weir weir = new Weir(settings(9, Threads.FUSED, RedirectShape.LOOPBACK), new MemoryPlatform(everybodyIs(CURL)));
            weir.start();
            Duration took = Haste.timed(weir::close);
            weir.close();
            assertNull(weir.awaitEnd());
            return took;
        });
    }

    private static int outbound() {
        return PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID;
    }

    private static PacketView view(MemoryPacket packet) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(packet.bytes().length).put(0, packet.bytes());
        PacketView view = new PacketView();
        view.parse(bytes, 0, packet.bytes().length);
        return view;
    }

    private static void answerSocks(ServerSocket proxy, int reply) {
        try {
            while (true) {
                Socket socket = proxy.accept();
                DataInputStream in = new DataInputStream(socket.getInputStream());
                in.readUnsignedByte();
                in.skipBytes(in.readUnsignedByte());
                socket.getOutputStream().write(new byte[] {5, 0});
                in.readFully(new byte[10]);
                socket.getOutputStream().write(new byte[] {5, (byte) reply, 0, 1, 0, 0, 0, 0, 0, 0});
            }
        } catch (IOException closed) {
            // the test is over
        }
    }
}
