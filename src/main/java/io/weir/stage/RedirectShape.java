package io.weir.stage;

/** How a connection is bent to the relay. */
public enum RedirectShape {
    /** Rewritten to loopback addresses; the relay listens on loopback only. */
    LOOPBACK,
    /** Addresses swapped, so that the relay answers in the destination's place; the relay listens on the wildcard address. */
    REFLECT
}
