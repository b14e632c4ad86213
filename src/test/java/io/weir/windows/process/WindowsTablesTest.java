package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerLookupContractTest;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Against this Windows' own tables, on loopback, without events. */
@Tag("windows")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs a Windows JVM: tools/wine/junit")
class WindowsTablesTest extends OwnerLookupContractTest {
    /** The bed remembers for a second which socket a handle is: sockets stay open, so that no handle is another's meanwhile. */
    private static final Deque<Closeable> OPEN = new ArrayDeque<>();

    private final WindowsOwnerLookup lookup = WindowsOwnerLookup.byTables(new Counters());
    private final Owner self = WindowsPrograms.ownerOf(ProcessHandle.current().pid());

    @BeforeAll
    static void outliveTheSocketsOfOtherTests() {
        LockSupport.parkNanos(1_100_000_000L);
    }

    @AfterEach
    void close() {
        lookup.close();
    }

    @AfterAll
    static void closeSockets() throws IOException {
        while (!OPEN.isEmpty()) {
            OPEN.pop().close();
        }
    }

    @Override
    protected OwnerLookup lookup() {
        return lookup;
    }

    @Override
    protected OwnedFlow openFlow(Protocol protocol) {
        try {
            return protocol == Protocol.TCP ? connect("127.0.0.1", StandardProtocolFamily.INET)
                : datagrams("127.0.0.1", StandardProtocolFamily.INET, true);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected OwnedListener openListener() {
        try {
            return new OwnedListener(endpoint(listener("127.0.0.1").getLocalSocketAddress()), self);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private <T extends Closeable> T keep(T resource) {
        OPEN.push(resource);
        return resource;
    }

    private ServerSocket listener(String address) throws IOException {
        return keep(new ServerSocket(0, 50, InetAddress.getByName(address)));
    }

    private OwnedFlow connect(String address, StandardProtocolFamily family) throws IOException {
        ServerSocket server = listener(address);
        SocketChannel client = keep(SocketChannel.open(family));
        client.connect(server.getLocalSocketAddress());
        return flow(Protocol.TCP, client.getLocalAddress(), server.getLocalSocketAddress());
    }

    private OwnedFlow datagrams(String address, StandardProtocolFamily family, boolean connected) throws IOException {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(address), 9);
        DatagramChannel socket = keep(DatagramChannel.open(family));
        if (connected) {
            socket.connect(remote);
            return flow(Protocol.UDP, socket.getLocalAddress(), remote);
        }
        socket.bind(null);
        int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
        return flow(Protocol.UDP, new InetSocketAddress(InetAddress.getByName(address), port), remote);
    }

    private OwnedFlow flow(Protocol protocol, SocketAddress local, SocketAddress remote) {
        return new OwnedFlow(protocol, endpoint(local), endpoint(remote), self);
    }

    private static Endpoint endpoint(SocketAddress address) {
        InetSocketAddress internet = (InetSocketAddress) address;
        return new Endpoint(IpAddress.ofBytes(internet.getAddress().getAddress()), internet.getPort());
    }

    private void assertOwned(OwnedFlow flow) {
        assertEquals(flow.owner(), ask(flow.protocol(), flow.local(), flow.remote()));
        assertEquals(flow.owner(), find(flow));
    }

    @Test
    void shouldNameTheOwnerWhenAnIpv4FlowIsOnAnIpv6Socket() throws IOException {
        assertOwned(connect("127.0.0.1", StandardProtocolFamily.INET6));
        assertOwned(datagrams("127.0.0.1", StandardProtocolFamily.INET6, true));
        assertOwned(datagrams("127.0.0.1", StandardProtocolFamily.INET6, false));
    }

    @Test
    void shouldNameTheOwnerWhenTheFlowIsIpv6() throws IOException {
        assertOwned(connect("::1", StandardProtocolFamily.INET6));
        assertOwned(datagrams("::1", StandardProtocolFamily.INET6, true));
        assertOwned(datagrams("::1", StandardProtocolFamily.INET6, false));
    }

    @Test
    void shouldNameTheOwnerWhenADatagramSocketIsBoundToEveryAddress() throws IOException {
        assertOwned(datagrams("127.0.0.1", StandardProtocolFamily.INET, false));
    }

    @Test
    void shouldNameWhoListensWhenTheListenerIsBoundToEveryAddress() throws IOException {
        assertEquals(self, lookup.listener(Endpoint.parse("127.0.0.1:" + listener("0.0.0.0").getLocalPort())));
        assertEquals(self, lookup.listener(Endpoint.parse("[::1]:" + listener("::").getLocalPort())));
    }

    @Test
    void shouldNotNameTheListenerWhenTheFlowIsNotItsOwn() throws IOException {
        Endpoint local = endpoint(listener("127.0.0.1").getLocalSocketAddress());
        assertEquals(Owner.UNKNOWN, ask(Protocol.TCP, local, Endpoint.parse("127.0.0.1:9")));
    }
}
