package io.weir.engine;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import java.util.List;
import java.util.Objects;

/**
 * What an engine must show us: outbound packets of every flow some clause names and no exclusion names, and the replies our relay sends.
 *
 * @param clauses              any of them is enough; none: only the relay's replies
 * @param excludedDestinations never shown, whatever the clauses say; null: none
 * @param excludedEndpoints    never shown, whatever the clauses say: fixed upstreams
 * @param relayEndpoints       where our relay listens (an unspecified address stands for every local one); its replies are shown
 * @param onOverloadPass       when the engine cannot keep up, undecided and redirected flows may leak rather than stall
 */
public record CaptureScope(List<CaptureClause> clauses, AddressSet excludedDestinations, List<Endpoint> excludedEndpoints,
                           List<Endpoint> relayEndpoints, boolean onOverloadPass) {

    public CaptureScope {
        clauses = List.copyOf(clauses);
        excludedEndpoints = List.copyOf(excludedEndpoints);
        relayEndpoints = List.copyOf(relayEndpoints);
        excludedDestinations = Objects.requireNonNullElseGet(excludedDestinations, () -> AddressSet.parse(List.of()));
    }
}
