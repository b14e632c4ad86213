package io.weir.windows.process;

import io.weir.net.Endpoint;

/** What names a socket: both its ends. The protocol is its IANA number. */
record SocketKey(int protocol, Endpoint local, Endpoint remote) {
}
