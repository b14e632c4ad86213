package io.weir.packet;

/** Writes addresses and ports, always together with the checksums they enter (RFC 1624). */
public final class PacketRewriter {

    private PacketRewriter() {
    }

    /**
     * Gives the TCP or UDP packet new endpoints of its own family, in place.
     *
     * @param ipChecksumValid        the captured IPv4 header sum is right: it is updated; otherwise computed in full
     * @param transportChecksumValid the captured TCP/UDP sum is right: it is updated (UDP 0 stays 0); otherwise computed in full
     * @param segmentationPending    the packet is a super-segment the sender's stack will still cut and sum (GSO): its transport sum is left alone
     */
    public static void rewrite(PacketView packet, long sourceHigh, long sourceLow, int sourcePort,
                               long destinationHigh, long destinationLow, int destinationPort,
                               boolean ipChecksumValid, boolean transportChecksumValid, boolean segmentationPending) {
        throw new AssertionError("skeleton");
    }
}
