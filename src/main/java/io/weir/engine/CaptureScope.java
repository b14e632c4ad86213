package io.weir.engine;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import java.util.List;
import java.util.Objects;

/**
 * What an engine must show us: outbound packets of every flow some clause names and no exclusion names, and the replies our relay sends.
 *
 * @param clauses              any of them is enough; none: only the relay's replies
 * @param excludedDestinations never shown, whatever the clauses say; null: none
 * @param excludedEndpoints    never shown, whatever the clauses say: fixed upstreams
 * @param relayEndpoints       where our relay listens (an unspecified address stands for every local one); its replies are shown
 * @param excludedLocalPorts   TCP ports of this machine whose packets are never shown, whatever the clauses say: sockets of ours are bound to them;
 *                             null: none
 * @param onOverloadPass       when the engine cannot keep up, undecided and redirected flows may leak rather than stall
 */
public record CaptureScope(List<CaptureClause> clauses, AddressSet excludedDestinations, List<Endpoint> excludedEndpoints,
                           List<Endpoint> relayEndpoints, PortSet excludedLocalPorts, boolean onOverloadPass) {

    /** No local port is excluded. */
    public CaptureScope(List<CaptureClause> clauses, AddressSet excludedDestinations, List<Endpoint> excludedEndpoints,
                        List<Endpoint> relayEndpoints, boolean onOverloadPass) {
        this(clauses, excludedDestinations, excludedEndpoints, relayEndpoints, null, onOverloadPass);
    }

    public CaptureScope {
        clauses = List.copyOf(clauses);
        excludedEndpoints = List.copyOf(excludedEndpoints);
        relayEndpoints = List.copyOf(relayEndpoints);
        excludedDestinations = Objects.requireNonNullElseGet(excludedDestinations, () -> AddressSet.parse(List.of()));
        excludedLocalPorts = Objects.requireNonNullElse(excludedLocalPorts, PortSet.NONE);
    }

    public CaptureScope withExcludedLocalPorts(PortSet ports) {
        return new CaptureScope(clauses, excludedDestinations, excludedEndpoints, relayEndpoints, ports, onOverloadPass);
    }
}
