package io.weir.capture;

/** Which way a packet went, as far as the capture file says. */
public enum Direction {
    UNKNOWN, INBOUND, OUTBOUND
}
