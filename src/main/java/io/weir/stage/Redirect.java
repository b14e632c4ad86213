package io.weir.stage;

import io.weir.net.Endpoint;
import java.util.List;

/**
 * Where redirected connections go. Immutable; exchanged whole by {@link ControlEvent.NewRedirect}, for flows opened after it.
 *
 * @param shape             for new flows
 * @param relay             where the relay listens: loopback addresses for {@link RedirectShape#LOOPBACK}, wildcard addresses for
 *                          {@link RedirectShape#REFLECT}, each family for itself. Those of the other shape may be listed too: loopback falls
 *                          back to them when its ports are exhausted
 * @param loopbackInterface interface index of the loopback interface, where injecting needs one (Windows: 1)
 */
public record Redirect(RedirectShape shape, List<Endpoint> relay, int loopbackInterface) {

    public Redirect {
        relay = List.copyOf(relay);
    }
}
