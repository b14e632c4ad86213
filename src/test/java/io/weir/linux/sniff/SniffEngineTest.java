package io.weir.linux.sniff;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.packet.PacketView;
import io.weir.testkit.NetworkNamespace;
import io.weir.testkit.Waiting;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's own packets, between two namespaces. */
@Tag("namespace")
@Timeout(180)
class SniffEngineTest {
    /** Given: a thread in a namespace does not see the IPv6 addresses there, the JDK reads them of the process. */
    private static final Set<IpAddress> OURS = Set.of(IpAddress.parse("203.0.113.2"), IpAddress.parse("2001:db8:1::2"));
    private static final long SHORT_NS = 300_000_000L;
    private static final CaptureScope WEB = new CaptureScope(List.of(new CaptureClause(Protocol.TCP, null, PortSet.parse("80")),
        new CaptureClause(Protocol.UDP, null, PortSet.parse("443"))), null, List.of(Endpoint.parse("203.0.113.1:81")), List.of(), false);

    private NetworkNamespace here;
    private NetworkNamespace there;
    private SniffEngine engine;
    private PacketBatch batch;

    @BeforeEach
    void open() throws Exception {
        Assumptions.assumeTrue(NetworkNamespace.obstacle() == null, NetworkNamespace::obstacle);
        here = NetworkNamespace.create("sniff-a");
        there = NetworkNamespace.create("sniff-b");
        NetworkNamespace.join(here, List.of("203.0.113.2/24", "2001:db8:1::2/64"), there, List.of("203.0.113.1/24", "2001:db8:1::1/64"));
        engine = here.call(() -> new SniffEngine(WEB, new Counters(), () -> OURS));
        batch = engine.newBatch();
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
            engine.close();
        }
        for (NetworkNamespace each : new NetworkNamespace[] {here, there}) {
            if (each != null) {
                each.close();
            }
        }
    }

    /** What is seen: so much, and what comes after it until nothing comes any more. */
    private List<String> seen(int expected) throws Exception {
        return here.call(() -> {
            List<String> out = new ArrayList<>();
            while (engine.receive(batch, out.size() < expected ? Waiting.PATIENCE_NS / 2 : SHORT_NS) > 0) {
                for (int i = 0; i < batch.count(); i++) {
                    PacketView view = batch.view(i);
                    view.parse(batch.buffer(), batch.offset(i), batch.length(i));
                    out.add(view.kind() + " " + Endpoint.of(view.destinationHigh(), view.destinationLow(), view.destinationPort()));
                }
                engine.inject(batch);
            }
            return out;
        });
    }

    private void exchange(String server, int port) throws Exception {
        InetSocketAddress address = new InetSocketAddress(server, port);
        try (ServerSocketChannel listener = there.call(() -> ServerSocketChannel.open().bind(address));
                SocketChannel client = here.call(() -> SocketChannel.open(address)); SocketChannel accepted = listener.accept()) {
            client.write(ByteBuffer.allocate(100_000));
            ByteBuffer got = ByteBuffer.allocate(100_000);
            while (got.hasRemaining() && accepted.read(got) >= 0) {
                // all of it
            }
            assertEquals(0, got.remaining());
        }
    }

    @Test
    void shouldSeeTheFirstPacketOfAConnectionInScopeAndNoOther() throws Exception {
        exchange("203.0.113.1", 80);
        exchange("2001:db8:1::1", 80);
        exchange("203.0.113.1", 81);
        assertEquals(List.of("TCP 203.0.113.1:80", "TCP [2001:db8:1::1]:80"), seen(2));
    }

    @Test
    void shouldSeeDatagramsInScope() throws Exception {
        try (DatagramChannel client = here.call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            for (int port : new int[] {443, 444, 443}) {
                client.send(ByteBuffer.allocate(1200), new InetSocketAddress("203.0.113.1", port));
            }
        }
        assertEquals(List.of("UDP 203.0.113.1:443", "UDP 203.0.113.1:443"), seen(2));
    }

    @Test
    void shouldNotSeeWhatThisMachineForwards() throws Exception {
        here.exec("sysctl", "-qw", "net.ipv4.ip_forward=1");
        here.exec("ip", "addr", "add", "198.51.100.1/24", "dev", "cable");
        there.exec("ip", "route", "add", "198.51.100.0/24", "via", "203.0.113.2");
        here.exec("ip", "neigh", "add", "198.51.100.9", "lladdr", "02:00:00:00:00:01", "dev", "cable");
        try (DatagramChannel client = there.call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
            client.send(ByteBuffer.allocate(10), new InetSocketAddress("198.51.100.9", 443));
        }
        Waiting.until("the datagram was forwarded", () -> forwarded() > 0);
        assertEquals(List.of(), seen(0));
    }

    private long forwarded() {
        return Long.parseLong(here.exec("cat", "/proc/net/snmp").lines().filter(line -> line.startsWith("Ip:")).skip(1).findFirst()
            .orElseThrow().split(" ")[6]);
    }

    @Test
    void shouldEndAWaitWhenWokenAndWhenShutDown() throws Exception {
        engine.wakeup();
        assertEquals(0, engine.receive(batch, Long.MAX_VALUE / 2));
        assertEquals(0, engine.receive(batch, 1_000_000));
        engine.shutdown();
        assertEquals(Engine.SHUT_DOWN, engine.receive(batch, Long.MAX_VALUE / 2));
    }

    @Test
    void shouldChangeNothingInTheFirewall() throws Exception {
        for (String program : new String[] {"iptables-save", "ip6tables-save"}) {
            assertEquals("", here.exec(program).lines().filter(line -> line.startsWith("-") || line.startsWith(":WEIR")).findFirst().orElse(""));
        }
    }
}
