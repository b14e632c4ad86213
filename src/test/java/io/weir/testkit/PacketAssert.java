package io.weir.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.packet.PacketKind;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Says what a packet must be: {@code assertPacket(buffer, 0, length, kind(TCP), source("10.0.0.1:80"), tcpFlags(RST))}.
 * Checksums are verified whatever else is asked, by {@link NaiveChecksum}; {@link #transportChecksumPending()} is the one way out.
 */
public final class PacketAssert {
    private static final Check PENDING = (packet, text) -> {
    };

    /** One demand on a packet; {@code text} is its hex for the failure message. */
    @FunctionalInterface
    public interface Check {
        void check(PacketView packet, String text);
    }

    private PacketAssert() {
    }

    /** @return the parsed view, for what no check covers */
    public static PacketView assertPacket(ByteBuffer buffer, int offset, int length, Check... checks) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return assertPacket(bytes, checks);
    }

    public static PacketView assertPacket(PacketView packet, Check... checks) {
        return assertPacket(packet.buffer(), packet.offset(), packet.length(), checks);
    }

    public static PacketView assertPacket(byte[] bytes, Check... checks) {
        PacketView packet = new PacketView();
        packet.parse(ByteBuffer.allocateDirect(bytes.length).put(bytes), 0, bytes.length);
        String text = "packet " + HexFormat.of().formatHex(bytes);
        assertTrue(packet.kind() != PacketKind.MALFORMED, () -> "malformed " + text);
        verifyChecksums(packet, bytes, !List.of(checks).contains(PENDING), text);
        for (Check check : checks) {
            check.check(packet, text);
        }
        return packet;
    }

    private static void verifyChecksums(PacketView packet, byte[] bytes, boolean transport, String text) {
        int transportAt = packet.transportOffset();
        if (!packet.ipv6()) {
            assertEquals(0xffff, NaiveChecksum.sum(bytes, 0, (bytes[0] & 15) * 4, 0), () -> "IPv4 header checksum of " + text);
        }
        if (!transport || packet.fragmented() || packet.kind() == PacketKind.OTHER) {
            return;
        }
        boolean absent = packet.kind() == PacketKind.UDP && !packet.ipv6() && (bytes[transportAt + 6] | bytes[transportAt + 7]) == 0;
        if (!absent) {
            int length = packet.kind() == PacketKind.UDP ? (bytes[transportAt + 4] & 0xff) << 8 | bytes[transportAt + 5] & 0xff
                    : packet.length() - transportAt;
            int start = packet.kind() == PacketKind.ICMP ? 0 : NaiveChecksum.pseudoHeader(bytes, packet.protocol(), length);
            assertEquals(0xffff, NaiveChecksum.sum(bytes, transportAt, length, start), () -> packet.kind() + " checksum of " + text);
        }
    }

    /** The transport checksum is left to whoever segments the packet. */
    public static Check transportChecksumPending() {
        return PENDING;
    }

    public static Check kind(PacketKind expected) {
        return (packet, text) -> assertEquals(expected, packet.kind(), () -> "kind of " + text);
    }

    /** {@code 10.0.0.1:80}, {@code [::1]:80}; port 0 for what has no ports. */
    public static Check source(String endpoint) {
        return source(Endpoint.parse(endpoint));
    }

    public static Check source(Endpoint expected) {
        return (packet, text) -> assertEquals(expected, Endpoint.of(packet.sourceHigh(), packet.sourceLow(), packet.sourcePort()),
                () -> "source of " + text);
    }

    public static Check destination(String endpoint) {
        return destination(Endpoint.parse(endpoint));
    }

    public static Check destination(Endpoint expected) {
        return (packet, text) -> assertEquals(expected, Endpoint.of(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort()),
                () -> "destination of " + text);
    }

    public static Check tcpFlags(int expected) {
        return (packet, text) -> assertEquals(expected, packet.tcpFlags(), () -> "TCP flags of " + text);
    }

    public static Check sequence(long expected) {
        return (packet, text) -> assertEquals(expected, packet.tcpSequence(), () -> "sequence number of " + text);
    }

    public static Check acknowledgment(long expected) {
        return (packet, text) -> assertEquals(expected, packet.tcpAcknowledgment(), () -> "acknowledgment number of " + text);
    }

    public static Check payload(byte[] expected) {
        return (packet, text) -> assertArrayEquals(expected, payloadOf(packet), () -> "payload of " + text);
    }

    public static Check payloadLength(int expected) {
        return (packet, text) -> assertEquals(expected, packet.payloadLength(), () -> "payload length of " + text);
    }

    /** An ICMP or ICMPv6 message of this type and code. */
    public static Check icmp(int type, int code) {
        return (packet, text) -> {
            assertTrue(packet.kind() == PacketKind.ICMP || packet.kind() == PacketKind.ICMPV6, () -> "not ICMP: " + text);
            assertEquals(type << 8 | code, packet.buffer().getShort(packet.transportOffset()) & 0xffff, () -> "ICMP type and code of " + text);
        };
    }

    /** The payload (for an ICMP error: what it quotes) is the first {@code length} bytes of {@code original}. */
    public static Check quoting(byte[] original, int length) {
        return payload(Arrays.copyOf(original, length));
    }

    private static byte[] payloadOf(PacketView packet) {
        byte[] out = new byte[packet.payloadLength()];
        packet.buffer().get(packet.payloadOffset(), out);
        return out;
    }
}
