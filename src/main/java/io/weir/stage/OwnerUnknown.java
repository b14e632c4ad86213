package io.weir.stage;

/** What becomes of a flow whose verdict depends on an owner that cannot be found. */
public enum OwnerUnknown {
    /** Left alone. */
    PASS,
    /** Relayed to its original destination. */
    DIRECT,
    /** Refused. */
    BLOCK
}
