package io.weir.filter;

import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.rules.Uncaptured;
import java.util.List;

/**
 * What may be captured at all; the {@code [capture]} table and {@code on-overload}.
 *
 * @param lan            every rule reaches private addresses, not only those that name them
 * @param impostor       also look at packets other drivers injected (Windows)
 * @param exclude        destinations no rule reaches
 * @param onOverloadPass when packets come faster than they are handled, undecided and redirected flows may leak rather than stall
 */
public record CaptureSettings(boolean lan, boolean impostor, AddressSet exclude, boolean onOverloadPass) {
    public static final CaptureSettings DEFAULT = new CaptureSettings(false, false, AddressSet.parse(List.of()), false);

    /** Why no rule is ever asked about this destination, as a phrase; null when rules are asked. */
    public String whyNever(IpAddress destination) {
        String kind = Uncaptured.kindOf(destination);
        if (kind != null) {
            return kind + " destinations are never captured";
        }
        return exclude.contains(destination) ? "capture.exclude names " + destination : null;
    }

    /** As {@link #whyNever(IpAddress)}, for a flow. */
    public String whyNever(Protocol protocol, Endpoint destination) {
        boolean dhcp = protocol == Protocol.UDP && Uncaptured.DHCP_PORTS.contains(destination.port());
        return dhcp ? "DHCP is never captured" : whyNever(destination.address());
    }
}
