package io.weir.rules;

/** What becomes of a flow whose upstream cannot be reached. */
public enum OnFailure {
    /** Refused, like a failed connect. */
    BLOCK,
    /** Relayed to the original destination. */
    DIRECT,
    /** The rules after this one decide. */
    NEXT
}
