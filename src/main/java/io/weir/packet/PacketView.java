package io.weir.packet;

import java.nio.ByteBuffer;

/**
 * A reusable view of one IP packet in a big-endian direct buffer. {@link #parse} validates once; afterwards the accessors read
 * unchecked. Addresses are two longs, IPv4 as ::ffff:a.b.c.d (see {@code IpAddress}). Not thread-safe.
 */
public final class PacketView {

    /** Points the view at {@code length} bytes from {@code offset} and classifies them. Total: any bytes give a kind. Reads nothing past the end. */
    public PacketKind parse(ByteBuffer buffer, int offset, int length) {
        throw new AssertionError("skeleton");
    }

    public PacketKind kind() {
        throw new AssertionError("skeleton");
    }

    public ByteBuffer buffer() {
        throw new AssertionError("skeleton");
    }

    /** Index of the first IP header byte in the buffer. */
    public int offset() {
        throw new AssertionError("skeleton");
    }

    /** Bytes of the packet by its IP header; at most what parse was given. */
    public int length() {
        throw new AssertionError("skeleton");
    }

    public boolean ipv6() {
        throw new AssertionError("skeleton");
    }

    /** IANA number of the transport (the last next-header value reached). */
    public int protocol() {
        throw new AssertionError("skeleton");
    }

    /** Is this any fragment, the first one (which has a transport header) included? */
    public boolean fragmented() {
        throw new AssertionError("skeleton");
    }

    public long sourceHigh() {
        throw new AssertionError("skeleton");
    }

    public long sourceLow() {
        throw new AssertionError("skeleton");
    }

    public long destinationHigh() {
        throw new AssertionError("skeleton");
    }

    public long destinationLow() {
        throw new AssertionError("skeleton");
    }

    /** Index in the buffer of the transport header. */
    public int transportOffset() {
        throw new AssertionError("skeleton");
    }

    /** Index in the buffer of the first byte after the transport header. */
    public int payloadOffset() {
        throw new AssertionError("skeleton");
    }

    public int payloadLength() {
        throw new AssertionError("skeleton");
    }

    /** TCP and UDP only. */
    public int sourcePort() {
        throw new AssertionError("skeleton");
    }

    /** TCP and UDP only. */
    public int destinationPort() {
        throw new AssertionError("skeleton");
    }

    /** TCP only: the flag byte (FIN 1, SYN 2, RST 4, PSH 8, ACK 16). */
    public int tcpFlags() {
        throw new AssertionError("skeleton");
    }

    /** TCP only, unsigned 32 bits. */
    public long tcpSequence() {
        throw new AssertionError("skeleton");
    }

    /** TCP only, unsigned 32 bits. */
    public long tcpAcknowledgment() {
        throw new AssertionError("skeleton");
    }
}
