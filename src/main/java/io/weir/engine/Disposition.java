package io.weir.engine;

/** What {@link Engine#inject(PacketBatch)} does with a packet; the stages set it, {@link #PASS} is the start value. */
public enum Disposition {
    /** Back as it came, byte for byte, flags for flags. */
    PASS,
    /** As {@link #PASS}; and nobody needs to see the rest of this flow: an engine that can keep it in the kernel does. */
    RELEASE_FLOW,
    /** The bytes were rewritten in place (length unchanged) and their checksums are right. */
    MODIFIED,
    /** Gone: dropped by policy, or copied aside and withheld. */
    WITHHOLD
}
