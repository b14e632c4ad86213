package io.weir.relay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.upstream.Transport;

class EpollRelayTest extends RelayContractTest {

    @Override
    Transport transport() {
        Transport transport = Transport.best(1, "test-relay", null);
        assumeTrue(transport.isEpoll(), "there is no native epoll on this machine");
        return transport;
    }
}
