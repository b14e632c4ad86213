package io.weir.config;

import io.weir.stage.RedirectShape;

/**
 * The {@code [redirect]} table, as far as it is about the shape.
 *
 * @param shape     null: loopback, unless a self-test at start shows that it does not work
 * @param listeners relay listeners per address family, 1–16: each widens the space of redirected connections by the whole port range
 * @param relayPort port of the first listener, the others follow; 0: any free ports
 */
public record RedirectSettings(RedirectShape shape, int listeners, int relayPort) {
}
