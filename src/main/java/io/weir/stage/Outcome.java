package io.weir.stage;

/** What became of a flow. */
public enum Outcome {
    /** Not decided yet, or its dial is under way; only in answers to {@link ControlEvent.Query}. */
    WAITING,
    PASSED,
    /** Carried by the relay: directly or through an upstream. */
    RELAYED,
    BLOCKED,
    DROPPED,
    /** A rule wanted it relayed and that could not be done; the application was told. */
    FAILED
}
