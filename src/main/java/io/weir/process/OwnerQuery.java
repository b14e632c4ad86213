package io.weir.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;

/**
 * Whose socket is this?
 *
 * @param id        the asker's own; it comes back with the answer
 * @param beginning 32 bits that tell a flow from the next one between the same ends, and are the same whenever its first packet is seen again: of
 *                  TCP the initial sequence number
 */
public record OwnerQuery(long id, Protocol protocol, Endpoint local, Endpoint remote, long beginning) {

    /** Of a flow that nothing tells from others between its ends. */
    public OwnerQuery(long id, Protocol protocol, Endpoint local, Endpoint remote) {
        this(id, protocol, local, remote, 0);
    }
}
