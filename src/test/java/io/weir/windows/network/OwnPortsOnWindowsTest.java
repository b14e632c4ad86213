package io.weir.windows.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.Protocol;
import io.weir.upstream.LocalPorts;
import io.weir.upstream.OwnPorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With a reservation where the system has them (Windows), without where it has none (Wine): a socket of ours is never left to be captured. */
@Tag("windows")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "asks Winsock for a port reservation: runs on a Windows JVM")
class OwnPortsOnWindowsTest {
    private static final Endpoint WEB = Endpoint.parse("203.0.113.5:443");
    private static final Endpoint WEB6 = Endpoint.parse("[2001:db8:2::5]:443");

    private final ExemptPorts exempt = new ExemptPorts(11);
    private final Counters counters = new Counters();
    private final PortReservation reservation = PortReservation.acquire();
    private final OwnPorts ports = new OwnPorts(reservation, OwnPorts.RESERVED_REST_NS, exempt, Set.of(), counters, System::nanoTime);

    @AfterEach
    void release() {
        ports.close();
    }

    private boolean neverCaptured(int port, Endpoint remote) {
        return ports.excluded().contains(port)
            || exempt.contains(Protocol.TCP.number(), port, remote.address().high(), remote.address().low(), remote.port());
    }

    @ParameterizedTest
    @EnumSource(value = StandardProtocolFamily.class, names = {"INET", "INET6"})
    void shouldBindWhereNothingIsCaptured(ProtocolFamily family) throws IOException {
        Endpoint remote = family == StandardProtocolFamily.INET ? WEB : WEB6;
        try (SocketChannel one = SocketChannel.open(family); SocketChannel two = SocketChannel.open(family)) {
            LocalPorts.Claim claim = ports.bind(one, remote);
            ports.bind(two, remote);
            int port = one.socket().getLocalPort();
            assertTrue(neverCaptured(port, remote) && neverCaptured(two.socket().getLocalPort(), remote));
            assertNotEquals(port, two.socket().getLocalPort());
            assertEquals(reservation == null ? 2 : 0, counters.get(Counter.OWN_PORTS_EXEMPT), "IPv6 sockets too can have reserved ports");
            claim.release();
        }
    }

    @Test
    void shouldConnectFromThePortItIsBoundTo() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(); SocketChannel socket = SocketChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress("127.0.0.1", 0));
            ports.bind(socket, WEB);
            int port = socket.socket().getLocalPort();
            socket.connect(server.getLocalAddress());
            try (SocketChannel accepted = server.accept()) {
                assertEquals(port, ((InetSocketAddress) accepted.getRemoteAddress()).getPort());
            }
        }
    }

    @Test
    void shouldGiveTheBlockBack() throws IOException {
        ports.close();
        if (reservation != null) {
            try (ServerSocketChannel anybody = ServerSocketChannel.open()) {
                anybody.bind(new InetSocketAddress(reservation.ports().ranges().get(0)[0]));
            }
        }
        try (PortReservation again = PortReservation.acquire()) {
            assertEquals(reservation == null, again == null);
        }
    }
}
