package io.weir.flow;

/** Where a flow is in its life. */
public enum FlowState {
    /** Its first packets wait for the owner. */
    ASKING,
    /** Its SYN waits for the relay's dial. */
    DIALING,
    /** Its SYN was given to the relay; the handshake is under way. */
    RELEASED,
    /** Established with the relay. */
    OPEN,
    /** Both sides sent FIN, or one RST: kept for late segments. */
    CLOSING,
    /** Refused by rule or failure: what comes again gets the same answer. */
    REFUSED,
    /** Silenced by a rule. */
    DROPPED,
    /** Left alone. */
    PASSED,
    /** Judged by a monitor, which touches nothing. */
    OBSERVED;

    /** Do its packets travel between application and relay? */
    public boolean translated() {
        return this == RELEASED || this == OPEN || this == CLOSING;
    }
}
