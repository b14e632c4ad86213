package io.weir.app;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.upstream.Upstream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which upstreams are programs on this machine. */
final class LocalUpstreams {

    private LocalUpstreams() {
    }

    /** Where such programs listen. Addresses may come and go with the network: ask again. */
    static List<Endpoint> among(Collection<Upstream> upstreams) {
        Set<Endpoint> out = new LinkedHashSet<>();
        upstreams.forEach(upstream -> endpoints(upstream).stream().filter(endpoint -> isHere(endpoint.address())).forEach(out::add));
        return new ArrayList<>(out);
    }

    private static List<Endpoint> endpoints(Upstream upstream) {
        if (upstream.endpoint() != null) {
            return List.of(upstream.endpoint());
        }
        // the one name that means this machine everywhere (RFC 6761); others are not looked up here
        return upstream.host().equalsIgnoreCase("localhost")
            ? List.of(Endpoint.parse("127.0.0.1:" + upstream.port()), Endpoint.parse("[::1]:" + upstream.port())) : List.of();
    }

    /** A socket can be bound to an address of this machine and to no other. */
    private static boolean isHere(IpAddress address) {
        if (address.isLoopback()) {
            return true;
        }
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.getByAddress(address.bytes()))) {
            return probe.isBound() && !address.isUnspecified();
        } catch (IOException elsewhere) {
            return false;
        }
    }
}
