package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Real sockets, a reservation that only says so: what the system does not enforce here, the queue does. */
class OwnPortsTest {
    private static final Endpoint WEB = Endpoint.parse("203.0.113.5:443");
    private static final Endpoint UPSTREAM = Endpoint.parse("203.0.113.9:1080");
    private static final long REST_NS = 1000;

    private final ExemptPorts exempt = new ExemptPorts(7);
    private final Counters counters = new Counters();
    private long nowNs;

    private static final class Block implements Reservation {
        private final PortSet ports;
        private boolean refuses;
        private int associated;
        private boolean closed;

        Block(PortSet ports) {
            this.ports = ports;
        }

        @Override
        public PortSet ports() {
            return ports;
        }

        @Override
        public void associate(SocketChannel socket) throws IOException {
            if (refuses) {
                throw new IOException("10022");
            }
            associated++;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private OwnPorts ports(Reservation reservation) {
        return new OwnPorts(reservation, REST_NS, exempt, Set.of(UPSTREAM), counters, () -> nowNs);
    }

    private boolean exempted(int port) {
        return exempt.contains(Protocol.TCP.number(), port, WEB.address().high(), WEB.address().low(), WEB.port());
    }

    /** A run of ports nobody has. */
    private static PortSet free(int count) throws IOException {
        for (int first = 20_000; first < 30_000; first += count) {
            int last = first + count - 1;
            boolean all = true;
            for (int port = first; port <= last && all; port++) {
                all = isFree(port);
            }
            if (all) {
                return PortSet.range(first, last);
            }
        }
        throw new AssertionError("no free ports");
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(new InetSocketAddress(port));
            return true;
        } catch (BindException busy) {
            return false;
        }
    }

    @Test
    void shouldBindToReservedPortsInTurnAndNotExemptThem() throws IOException {
        Block block = new Block(free(2));
        OwnPorts ports = ports(block);
        int first = block.ports.ranges().get(0)[0];
        assertEquals(block.ports, ports.excluded());
        try (SocketChannel one = SocketChannel.open(); SocketChannel two = SocketChannel.open()) {
            LocalPorts.Claim claim = ports.bind(one, WEB);
            ports.bind(two, WEB);
            assertEquals(first, one.socket().getLocalPort());
            assertEquals(first + 1, two.socket().getLocalPort());
            assertEquals(2, block.associated);
            one.close();
            claim.release();
        }
        nowNs = REST_NS;
        try (SocketChannel again = SocketChannel.open()) {
            ports.bind(again, WEB);
            assertEquals(first, again.socket().getLocalPort(), "rested");
        }
        assertEquals(0, exempt.size());
        ports.close();
        assertTrue(block.closed);
    }

    @Test
    void shouldTakeTheNextPortWhenOneIsSomebodys() throws IOException {
        Block block = new Block(free(3));
        int first = block.ports.ranges().get(0)[0];
        try (ServerSocketChannel somebody = ServerSocketChannel.open(); SocketChannel socket = SocketChannel.open()) {
            somebody.bind(new InetSocketAddress(first));
            ports(block).bind(socket, WEB);
            assertEquals(first + 1, socket.socket().getLocalPort());
            assertEquals(1, block.associated, "once a socket");
            assertEquals(1, counters.get(Counter.OWN_PORTS_BUSY));
        }
    }

    @Test
    void shouldExemptAPortOfTheSystemsWhenTheBlockIsUsedUp() throws IOException {
        Block block = new Block(free(1));
        OwnPorts ports = ports(block);
        try (SocketChannel one = SocketChannel.open(); SocketChannel two = SocketChannel.open()) {
            ports.bind(one, WEB);
            LocalPorts.Claim claim = ports.bind(two, WEB);
            int port = two.socket().getLocalPort();
            assertTrue(exempted(port), "before it connects");
            two.close();
            claim.release();
            assertTrue(exempted(port), "its last SYN may still be under way");
            nowNs = 6_000_000_000L;
            try (SocketChannel three = SocketChannel.open()) {
                ports.bind(three, UPSTREAM);
                assertTrue(exempted(port), "nothing to do with it");
            }
            try (SocketChannel four = SocketChannel.open()) {
                ports.bind(four, Endpoint.parse("203.0.113.6:80"));
                assertFalse(exempted(port), "rested");
            }
        }
        assertEquals(2, counters.get(Counter.OWN_PORTS_EXEMPT));
    }

    @Test
    void shouldExemptWhenThereIsNoReservationOrItRefuses() throws IOException {
        Block block = new Block(free(1));
        block.refuses = true;
        for (OwnPorts ports : new OwnPorts[] {ports(null), ports(block)}) {
            try (SocketChannel socket = SocketChannel.open()) {
                ports.bind(socket, WEB);
                assertTrue(exempted(socket.socket().getLocalPort()));
            }
        }
        assertEquals(PortSet.NONE, ports(null).excluded());
    }

    @Test
    void shouldLeaveSocketsAloneThatTheKernelFilterExcludes() throws IOException {
        Block block = new Block(free(1));
        OwnPorts ports = ports(block);
        for (String remote : new String[] {UPSTREAM.toString(), "127.0.0.1:80", "[::1]:80"}) {
            try (SocketChannel socket = SocketChannel.open()) {
                assertNull(ports.bind(socket, Endpoint.parse(remote)));
                assertNull(socket.getLocalAddress(), remote);
            }
        }
    }

    @Test
    void shouldFailWithAClearErrorWhenTheExemptSetIsFull() throws IOException {
        for (int port = 0; port <= 0xffff; port++) {
            exempt.enter(Protocol.UDP, port, WEB);
        }
        try (SocketChannel socket = SocketChannel.open()) {
            BindException full = assertThrows(BindException.class, () -> ports(null).bind(socket, WEB));
            assertTrue(full.getMessage().contains("cannot be exempted from capture"), full.getMessage());
            ConnectError error = ConnectError.of(full, true);
            assertEquals(DialFailure.Kind.EXHAUSTED, error.kind());
        }
        assertEquals(1, counters.get(Counter.OWN_PORTS_REFUSED));
    }
}
