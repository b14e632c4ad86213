package io.weir.relay;

import io.weir.upstream.Transport;

class NioRelayTest extends RelayContractTest {

    @Override
    Transport transport() {
        return Transport.nio(1, "test-relay");
    }
}
