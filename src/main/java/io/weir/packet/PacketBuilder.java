package io.weir.packet;

import java.nio.ByteBuffer;

/** Builds whole packets into a caller's buffer, checksums right; each returns the packet's length in bytes. Allocates nothing. */
public final class PacketBuilder {

    private PacketBuilder() {
    }

    /** The RST (RFC 9293 §3.5.2) that answers {@code cause} as if its destination had sent it. Written at {@code at}. */
    public static int tcpReset(PacketView cause, ByteBuffer out, int at) {
        throw new AssertionError("skeleton");
    }

    /** A RST with the given sequence and acknowledgment numbers (ACK flag set when {@code acknowledge}) between the given endpoints. */
    public static int tcpReset(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort,
                               long sequence, long acknowledgment, boolean acknowledge, ByteBuffer out, int at) {
        throw new AssertionError("skeleton");
    }

    /** ICMP / ICMPv6 destination unreachable quoting {@code cause}, from its destination to its source. {@code code}: see {@link Unreachable}. */
    public static int unreachable(PacketView cause, Unreachable code, ByteBuffer out, int at) {
        throw new AssertionError("skeleton");
    }

    /** A UDP datagram between the given endpoints around {@code payloadLength} bytes of {@code payload} from {@code payloadAt}. */
    public static int udp(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort,
                          ByteBuffer payload, int payloadAt, int payloadLength, ByteBuffer out, int at) {
        throw new AssertionError("skeleton");
    }
}
