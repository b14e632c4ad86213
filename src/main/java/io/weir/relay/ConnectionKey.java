package io.weir.relay;

import io.weir.net.Endpoint;

/** Both addresses of a connection as its accepted socket shows them. */
record ConnectionKey(Endpoint peer, Endpoint local) {

    static ConnectionKey of(DialOrder order) {
        return new ConnectionKey(order.peer(), order.local());
    }
}
