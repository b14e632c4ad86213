package io.weir.linux.nfqueue;

import static io.weir.linux.nfqueue.EngineLab.HERE;
import static io.weir.linux.nfqueue.EngineLab.HERE6;
import static io.weir.linux.nfqueue.EngineLab.THERE;
import static io.weir.linux.nfqueue.EngineLab.THERE6;
import static io.weir.linux.nfqueue.EngineLab.assertUnharmed;
import static io.weir.linux.nfqueue.EngineLab.scope;
import static io.weir.linux.nfqueue.EngineLab.talk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketBuilder;
import io.weir.testkit.Waiting;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of packets, with a firewall that drops what conntrack calls invalid. */
@Tag("namespace")
@Timeout(180)
class NfqueueEngineTest {
    private static final Endpoint NO_RELAY6 = Endpoint.parse("[::1]:1");

    @TempDir
    Path folder;

    private EngineLab lab;

    @BeforeEach
    void open() {
        lab = new EngineLab(folder);
        lab.dropInvalid();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false, 0", "true, false, 0", "false, true, 0", "true, true, 0", "false, false, 1", "true, false, 1"})
    void shouldRedirectByteExact(boolean reflect, boolean ipv6, int reversePathFilter) throws Exception {
        for (String device : List.of("all", "lo", "cable")) {
            lab.here.exec("sysctl", "-qw", "net.ipv4.conf." + device + ".rp_filter=" + reversePathFilter);
        }
        String there = ipv6 ? THERE6 : THERE;
        String listen = ipv6 ? reflect ? "::" : "::1" : reflect ? "0.0.0.0" : "127.0.0.1";
        Map<String, Long> before = lab.conntrack();
        try (EchoServer real = new EchoServer(lab.there, there, Diverter.DIVERTED, 'S');
                EchoServer relay = new EchoServer(lab.here, listen, 0, 'R')) {
            Endpoint relay4 = Endpoint.parse((reflect ? "0.0.0.0:" : "127.0.0.1:") + relay.port());
            Endpoint relay6 = Endpoint.parse((reflect ? "[::]:" : "[::1]:") + relay.port());
            try (EngineLab.Running engine = lab.engine(scope(relay4, relay6));
                    Diverter diverter = engine.divert(reflect, relay4, relay6)) {
                try (SocketChannel channel = lab.connect(there, Diverter.DIVERTED)) {
                    assertEquals('R', talk(channel, 16 << 20));
                }
                talkAtOnce(there, 8, 40);
                assertTrue(diverter.toRelay.get() > 1000 && diverter.fromRelay.get() > 1000);
                assertEquals(0, lab.packets("--queue-num 22501"), "every packet of a redirected flow is guarded");
            }
            assertEquals('S', talk(lab.connect(there, Diverter.DIVERTED), 1000), "as before when the engine has gone");
        }
        assertUnharmed(before, lab.conntrack());
        assertEquals(0, lab.packets("INVALID"));
    }

    /** Several connections at a time, each sending a little: packets of one flow wait for their verdicts together. */
    private void talkAtOnce(String there, int threads, int connections) throws Exception {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                for (int round = 0; round < connections; round++) {
                    try (SocketChannel channel = lab.connect(there, Diverter.DIVERTED)) {
                        assertEquals('R', talk(channel, 3000));
                    }
                }
                return null;
            });
            tasks.add(task);
            new Thread(task, "application").start();
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {THERE, THERE6})
    void shouldSeeOnePacketWhenTcpFlowIsReleased(String there) throws Exception {
        try (EchoServer real = new EchoServer(lab.there, there, Diverter.RELEASED, 'S'); EngineLab.Running engine = lab.engine(scope());
                Diverter diverter = engine.divert()) {
            for (int i = 1; i <= 5; i++) {
                try (SocketChannel channel = lab.connect(there, Diverter.RELEASED)) {
                    assertEquals('S', talk(channel, 4 << 20));
                }
                assertEquals(i + lab.resentSyns(), diverter.seen.get());
            }
            assertEquals(5 + lab.resentSyns(), lab.packets("--queue-num 22500"));
            assertEquals(0, lab.packets("--queue-num 22501"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {THERE, THERE6})
    void shouldSeeOnePacketWhenUdpFlowIsReleased(String there) throws Exception {
        try (DatagramChannel server = lab.datagrams(lab.there, there, Diverter.RELEASED); EngineLab.Running engine = lab.engine(scope());
                Diverter diverter = engine.divert(); DatagramChannel client = lab.datagrams(lab.here, there.equals(THERE) ? HERE : HERE6, 0)) {
            for (int i = 0; i < 50; i++) {
                client.send(ByteBuffer.wrap(new byte[100]), server.getLocalAddress());
                server.socket().receive(new java.net.DatagramPacket(new byte[100], 100));
            }
            assertEquals(1, diverter.seen.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {THERE, THERE6})
    void shouldCarryByteExactWhenEveryPacketPasses(String there) throws Exception {
        try (EchoServer real = new EchoServer(lab.there, there, Diverter.PASSED, 'S'); EngineLab.Running engine = lab.engine(scope());
                Diverter diverter = engine.divert(); SocketChannel channel = lab.connect(there, Diverter.PASSED)) {
            assertEquals('S', talk(channel, 32 << 20));
            assertTrue(diverter.seen.get() > 100);
            assertEquals(1 + lab.resentSyns(), lab.packets("--queue-num 22500"), "the SYN is guarded");
            assertTrue(lab.packets("--queue-num 22501") > 100, "the rest is not");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {THERE, THERE6})
    void shouldDeliverAnswersInTheNameOfTheDestinationWhenInjected(String there) throws Exception {
        Map<String, Long> before = lab.conntrack();
        try (EngineLab.Running engine = lab.engine(scope()); Diverter diverter = engine.divert();
                DatagramChannel client = lab.datagrams(lab.here, there.equals(THERE) ? HERE : HERE6, 0)) {
            ConnectException refused = assertThrows(ConnectException.class, () -> lab.connect(there, Diverter.REFUSED));
            assertEquals("Connection refused", refused.getMessage());
            client.connect(new InetSocketAddress(InetAddress.getByName(there), Diverter.ANSWERED));
            for (int i = 0; i < 20; i++) {
                client.write(ByteBuffer.wrap(new byte[] {(byte) i}));
                byte[] answer = new byte[1];
                client.socket().receive(new java.net.DatagramPacket(answer, 1));
                assertEquals(i, answer[0]);
            }
            assertEquals(0, lab.packets("--queue-num 22501"), "an answered flow stays guarded");
            client.disconnect();
            client.connect(new InetSocketAddress(InetAddress.getByName(there), Diverter.REFUSED));
            client.write(ByteBuffer.wrap(new byte[1]));
            assertThrows(PortUnreachableException.class, () -> client.socket().receive(new java.net.DatagramPacket(new byte[1], 1)));
        }
        assertUnharmed(before, lab.conntrack());
        assertEquals(0, lab.packets("INVALID"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Diverter.RELEASED, Diverter.PASSED})
    void shouldRouteByTheUsersMark(int port) throws Exception {
        // the way by the main table leads to nobody; only the user's mark finds the server
        lab.there.exec("ip", "addr", "add", "198.51.100.1/32", "dev", "lo");
        lab.here.exec("ip", "route", "add", "198.51.100.0/24", "via", "203.0.113.77");
        lab.here.exec("ip", "route", "add", "198.51.100.0/24", "via", THERE, "table", "100");
        lab.here.exec("ip", "rule", "add", "fwmark", "0x5", "lookup", "100");
        lab.here.exec("iptables", "-t", "mangle", "-A", "OUTPUT", "-d", "198.51.100.0/24", "-j", "MARK", "--set-mark", "0x5");
        lab.here.exec("iptables", "-t", "mangle", "-A", "POSTROUTING", "-m", "mark", "!", "--mark", "0x0/0x7000000", "-j", "ACCEPT");
        lab.here.exec("iptables", "-t", "mangle", "-A", "POSTROUTING", "-d", "198.51.100.0/24", "-m", "mark", "--mark", "0x5", "-j", "ACCEPT");
        try (EchoServer real = new EchoServer(lab.there, "198.51.100.1", port, 'S')) {
            try (SocketChannel channel = lab.connect("198.51.100.1", port)) {
                assertEquals('S', talk(channel, 1000), "without Weir");
            }
            try (EngineLab.Running engine = lab.engine(scope()); Diverter diverter = engine.divert();
                    SocketChannel channel = lab.connect("198.51.100.1", port)) {
                assertEquals('S', talk(channel, 1000));
                assertTrue(diverter.seen.get() == 1 + lab.resentSyns() || port == Diverter.PASSED && diverter.seen.get() > 1);
            }
        }
        assertEquals(0, lab.packets("-A POSTROUTING -m mark ! --mark 0x0/0x7000000"), "no bit of ours on a packet behind our chain");
        assertTrue(lab.packets("-A POSTROUTING -d 198.51.100.0/24") > 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {Diverter.RELEASED, Diverter.PASSED, Diverter.DIVERTED})
    void shouldNotGoRoundForEverWhenAnotherWipesOurMarks(int port) throws Exception {
        try (EchoServer real = new EchoServer(lab.there, THERE, port, 'S'); EchoServer relay = new EchoServer(lab.here, "127.0.0.1", 0, 'R')) {
            Endpoint relayed = Endpoint.parse("127.0.0.1:" + relay.port());
            try (EngineLab.Running engine = lab.engine(scope(relayed));
                    Diverter diverter = engine.divert(false, relayed, NO_RELAY6)) {
                lab.here.exec("iptables", "-t", "mangle", "-I", "OUTPUT", "1", "-j", "MARK", "--set-mark", "0x5");
                try (SocketChannel channel = lab.connect(THERE, port)) {
                    assertEquals(port == Diverter.DIVERTED ? 'R' : 'S', talk(channel, 1000));
                }
            }
        }
    }

    @Test
    void shouldNotSeeWhatItInjectsWhenTheUserMarksIt() throws Exception {
        lab.here.exec("iptables", "-t", "mangle", "-A", "OUTPUT", "-j", "MARK", "--set-mark", "0x5");
        IpAddress here = IpAddress.parse(HERE);
        IpAddress there = IpAddress.parse(THERE);
        ByteBuffer payload = ByteBuffer.allocateDirect(4).putInt(0, 42);
        ByteBuffer packet = ByteBuffer.allocateDirect(100);
        try (DatagramChannel server = lab.datagrams(lab.there, THERE, Diverter.RELEASED); EngineLab.Running engine = lab.engine(scope());
                DatagramChannel client = lab.datagrams(lab.here, HERE, 0)) {
            int length = PacketBuilder.udp(here.high(), here.low(), client.socket().getLocalPort(), there.high(), there.low(), Diverter.RELEASED,
                payload, 0, 4, packet, 0);
            assertTrue(engine.engine.inject(packet, 0, length, true, 0, 0));
            try (Diverter diverter = engine.divert()) {
                server.socket().receive(new java.net.DatagramPacket(new byte[4], 4));
                client.send(ByteBuffer.wrap(new byte[4]), server.getLocalAddress());
                server.socket().receive(new java.net.DatagramPacket(new byte[4], 4));
                assertEquals(0, diverter.seen.get(), "neither the packet nor its flow, which counts as released");
            }
        }
    }

    @Test
    void shouldAskAgainWhenSynComesOnTheTupleOfAReleasedFlow() throws Exception {
        lab.here.exec("conntrack", "-I", "-p", "tcp", "-s", HERE, "-d", THERE, "--sport", "45678", "--dport", Integer.toString(Diverter.DIVERTED),
            "--state", "ESTABLISHED", "--timeout", "100", "--mark", Integer.toString(Marks.RELEASED | 0x11));
        try (EchoServer relay = new EchoServer(lab.here, "127.0.0.1", 0, 'R')) {
            Endpoint relayed = Endpoint.parse("127.0.0.1:" + relay.port());
            try (EngineLab.Running engine = lab.engine(scope(relayed));
                    Diverter diverter = engine.divert(false, relayed, NO_RELAY6);
                    SocketChannel channel = lab.here.call(SocketChannel::open)) {
                channel.bind(new InetSocketAddress(InetAddress.getByName(HERE), 45678));
                channel.socket().connect(new InetSocketAddress(InetAddress.getByName(THERE), Diverter.DIVERTED), Waiting.PATIENCE_MS);
                assertEquals('R', talk(channel, 1000));
            }
        }
        String entry = lab.here.exec("conntrack", "-L", "-p", "tcp", "--sport", "45678");
        assertTrue(entry.contains("mark=" + (Marks.REDIRECTED | 0x11) + " "), () -> "the user's bits of the connection's mark survive: " + entry);
    }
}
