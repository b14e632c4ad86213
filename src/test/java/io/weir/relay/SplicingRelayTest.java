package io.weir.relay;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.upstream.Transport;

/** Every demand on a relay that splices whatever it can, through pipes of the size the system gives. */
class SplicingRelayTest extends RelayContractTest {

    @Override
    Transport transport() {
        Transport transport = Transport.best(1, "test-splice", (fileDescriptor, bytes) -> bytes);
        assumeTrue(transport.isEpoll(), "there is no native epoll on this machine");
        return transport;
    }

    @Override
    long spliceAfterBytes() {
        return 1;
    }
}
