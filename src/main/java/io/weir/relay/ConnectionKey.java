package io.weir.relay;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.net.InetSocketAddress;

/** Both addresses of a connection as its accepted socket shows them. */
record ConnectionKey(Endpoint peer, Endpoint local) {

    static ConnectionKey of(InetSocketAddress peer, InetSocketAddress local) {
        return new ConnectionKey(endpoint(peer), endpoint(local));
    }

    private static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(IpAddress.ofBytes(address.getAddress().getAddress()), address.getPort());
    }
}
