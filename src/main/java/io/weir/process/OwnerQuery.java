package io.weir.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;

/** Whose socket is this? {@code id} is the asker's own and comes back with the answer. */
public record OwnerQuery(long id, Protocol protocol, Endpoint local, Endpoint remote) {
}
