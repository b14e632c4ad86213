package io.weir.config;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.stage.RedirectShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code [redirect]} table, as far as it is about the shape.
 *
 * @param shape     null: loopback, unless a self-test at start shows that it does not work
 * @param listeners relay listeners per address family, 1–16: each widens the space of redirected connections by the whole port range
 * @param relayPort port of the first listener, the others follow; 0: any free ports
 */
public record RedirectSettings(RedirectShape shape, int listeners, int relayPort) {

    /**
     * Where the relay listens on these addresses, one for each family. No two listeners share a port: where the JDK's own sockets listen,
     * {@code [::]} takes the port of {@code 0.0.0.0} as well.
     */
    public List<Endpoint> listen(List<IpAddress> addresses) {
        List<Endpoint> out = new ArrayList<>();
        for (IpAddress address : addresses) {
            for (int i = 0; i < listeners; i++) {
                out.add(new Endpoint(address, relayPort == 0 ? 0 : relayPort + out.size()));
            }
        }
        return out;
    }
}
