package io.weir.engine;

/** Bits of {@link PacketBatch#flags(int)}: what the engine knows of a packet beside its bytes. */
public final class PacketFlags {
    /** Leaving the machine (or looped back, which WinDivert also shows as outbound); otherwise arriving. */
    public static final int OUTBOUND = 1;
    public static final int LOOPBACK = 1 << 1;
    /** Injected by another program's driver. */
    public static final int IMPOSTOR = 1 << 2;
    /** The IPv4 header checksum in the bytes is right. */
    public static final int IP_CHECKSUM_VALID = 1 << 3;
    /** The TCP/UDP checksum in the bytes is right (otherwise partial or absent: offload pending). */
    public static final int TRANSPORT_CHECKSUM_VALID = 1 << 4;
    /** A super-segment the stack will still cut into packets and sum (GSO). */
    public static final int SEGMENTATION_PENDING = 1 << 5;
    /** The engine says this flow is one of ours (already redirected); a hint for counters only. */
    public static final int REDIRECTED = 1 << 6;

    private PacketFlags() {
    }
}
