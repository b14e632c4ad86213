package io.weir.stage;

/**
 * How a dial failed, as far as the flow cares. What the destination answered is handed on to the application; only an upstream that
 * fails itself lets the rule's {@code on-failure} decide.
 */
public enum Refusal {
    /** The destination refused: the application gets a RST. */
    REFUSED,
    /** No way to the host: ICMP host unreachable. */
    HOST_UNREACHABLE,
    /** No way to the network: ICMP network unreachable. */
    NETWORK_UNREACHABLE,
    /** The upstream or a firewall forbids the destination: ICMP administratively prohibited. */
    PROHIBITED,
    /** The destination did not answer: ICMP host unreachable. */
    TIMED_OUT,
    /** The upstream cannot be reached, does not let us in, or talks nonsense: {@code on-failure}; a RST if that says block. */
    UPSTREAM_FAILED,
    /** The relay has no room, or this machine no sockets: a RST, whatever {@code on-failure} says. */
    EXHAUSTED
}
