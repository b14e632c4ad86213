package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.net.Endpoint;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstreams;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpollRelayTest extends RelayContractTest {

    @Override
    Transport transport() {
        Transport transport = Transport.best(1, "test-relay", null);
        assumeTrue(transport.isEpoll(), "there is no native epoll on this machine");
        return transport;
    }

    @Test
    void shouldListenOnOnePortOfBothFamiliesWhenReflecting() throws Exception {
        assumeTrue(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).anyMatch(Inet6Address.class::isInstance),
            "there is no IPv6 on this machine");
        for (int left = 4;; left--) {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            List<Endpoint> both = List.of(Endpoint.parse("0.0.0.0:" + port), Endpoint.parse("[::]:" + port));
            try (RelayLab lab = new RelayLab(RelayLab.PATIENT.withListen(both), Upstreams.NONE, transport())) {
                assertEquals(both, lab.relay.endpoints());
                return;
            } catch (RelayException taken) { // somebody else was quicker, but not every time
                assertTrue(left > 0, taken.getMessage());
            }
        }
    }
}
