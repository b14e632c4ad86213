package io.weir.engine;

import io.weir.net.AddressSet;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.Objects;

/**
 * Flows of one protocol towards some destinations.
 *
 * @param destinations remote addresses, either family; null: any
 * @param ports        remote ports (TCP and UDP only); null: any
 */
public record CaptureClause(Protocol protocol, AddressSet destinations, PortSet ports) {

    public CaptureClause {
        Objects.requireNonNull(protocol, "protocol");
        if (ports != null && protocol != Protocol.TCP && protocol != Protocol.UDP) {
            throw new IllegalArgumentException(protocol + " has no ports");
        }
    }
}
