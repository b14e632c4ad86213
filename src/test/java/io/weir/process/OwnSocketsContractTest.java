package io.weir.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** What a look-up promises that asks the system this runs on: the sockets are this process' own, on loopback. */
public abstract class OwnSocketsContractTest extends OwnerLookupContractTest {
    /** This process as the look-up tells it. */
    protected abstract Owner self();

    /** Holds it open at least until the test ends. */
    protected abstract <T extends Closeable> T keep(T resource);

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
            return new OwnedListener(endpoint(listener("127.0.0.1").getLocalSocketAddress()), self());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    protected final ServerSocket listener(String address) throws IOException {
        return keep(new ServerSocket(0, 50, InetAddress.getByName(address)));
    }

    private OwnedFlow connect(String address, StandardProtocolFamily family) throws IOException {
        ServerSocket server = listener(address);
        SocketChannel client = keep(SocketChannel.open(family));
        client.connect(server.getLocalSocketAddress());
        return flow(Protocol.TCP, client.getLocalAddress(), server.getLocalSocketAddress());
    }

    protected final OwnedFlow datagrams(String address, StandardProtocolFamily family, boolean connected) throws IOException {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(address), 9);
        DatagramChannel socket = keep(DatagramChannel.open(family));
        if (connected) {
            socket.connect(remote);
            return flow(Protocol.UDP, socket.getLocalAddress(), remote);
        }
        socket.bind(null);
        InetSocketAddress bound = (InetSocketAddress) socket.getLocalAddress();
        assertTrue(bound.getAddress().isAnyLocalAddress());
        return flow(Protocol.UDP, new InetSocketAddress(InetAddress.getByName(address), bound.getPort()), remote);
    }

    protected final OwnedFlow flow(Protocol protocol, SocketAddress local, SocketAddress remote) {
        return new OwnedFlow(protocol, endpoint(local), endpoint(remote), self());
    }

    protected static Endpoint endpoint(SocketAddress address) {
        InetSocketAddress internet = (InetSocketAddress) address;
        return new Endpoint(IpAddress.ofBytes(internet.getAddress().getAddress()), internet.getPort());
    }

    protected final void assertOwned(OwnedFlow flow) {
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
    void shouldNotNameTheListenerWhenTheFlowIsNotItsOwn() throws IOException {
        Endpoint local = endpoint(listener("127.0.0.1").getLocalSocketAddress());
        assertEquals(Owner.UNKNOWN, ask(Protocol.TCP, local, Endpoint.parse("127.0.0.1:9")));
    }
}
