package io.weir.windows.divert;

import io.weir.net.Endpoint;

/** The two faces of a redirected flow: application → destination, and peer → relay. */
record RedirectedFlow(Endpoint application, Endpoint destination, Endpoint peer, Endpoint relay) {
}
