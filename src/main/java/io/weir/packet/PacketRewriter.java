package io.weir.packet;

import io.weir.net.IpAddress;
import java.nio.ByteBuffer;

/** Writes addresses and ports, always together with the checksums they enter (RFC 1624). */
public final class PacketRewriter {
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;

    private PacketRewriter() {
    }

    /**
     * Gives the TCP or UDP packet new endpoints of its own family, in place. The first of several fragments is updated by RFC 1624 whatever
     * is said of its sum, for the rest of what the sum covers is not there.
     *
     * @param ipChecksumValid        the captured IPv4 header sum is right: it is updated; otherwise computed in full
     * @param transportChecksumValid the captured TCP/UDP sum is right: it is updated (UDP 0 stays 0); otherwise computed in full
     * @param segmentationPending    the packet is a super-segment the sender's stack will still cut and sum (GSO): its transport sum is left alone
     * @throws IllegalArgumentException if the packet is neither TCP nor UDP or an address is of the other family (an error in the program)
     */
    public static void rewrite(PacketView packet, long sourceHigh, long sourceLow, int sourcePort,
                               long destinationHigh, long destinationLow, int destinationPort,
                               boolean ipChecksumValid, boolean transportChecksumValid, boolean segmentationPending) {
        PacketKind kind = packet.kind();
        boolean ipv6 = packet.ipv6();
        if (kind != PacketKind.TCP && kind != PacketKind.UDP
                || IpAddress.isIpv4(sourceHigh, sourceLow) == ipv6 || IpAddress.isIpv4(destinationHigh, destinationLow) == ipv6) {
            throw new IllegalArgumentException("a " + kind + " packet cannot be given these endpoints");
        }
        long addressesBefore = addressSum(packet);
        int portsBefore = packet.sourcePort() + packet.destinationPort();
        packet.endpoints(sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
        long addressesAfter = addressSum(packet);

        ByteBuffer buffer = packet.buffer();
        int at = packet.offset();
        if (ipv6) {
            buffer.putLong(at + IPV6_ADDRESSES, sourceHigh);
            buffer.putLong(at + IPV6_ADDRESSES + 8, sourceLow);
            buffer.putLong(at + IPV6_ADDRESSES + 16, destinationHigh);
            buffer.putLong(at + IPV6_ADDRESSES + 24, destinationLow);
        } else {
            buffer.putLong(at + IPV4_ADDRESSES, sourceLow << 32 | destinationLow & 0xffff_ffffL);
            if (ipChecksumValid) {
                updateField(buffer, at + IPV4_CHECKSUM, addressesBefore, addressesAfter);
            } else {
                Checksum.writeIpv4Header(packet);
            }
        }
        buffer.putInt(packet.transportOffset(), sourcePort << 16 | destinationPort);
        if (segmentationPending) {
            return;
        }
        if (transportChecksumValid || packet.fragmented()) {
            updateTransport(packet, addressesBefore + portsBefore, addressesAfter + sourcePort + destinationPort);
        } else {
            Checksum.writeTransport(packet);
        }
    }

    private static void updateTransport(PacketView packet, long before, long after) {
        ByteBuffer buffer = packet.buffer();
        int at = packet.transportOffset() + Checksum.checksumField(packet.kind());
        if (packet.kind() == PacketKind.TCP) {
            updateField(buffer, at, before, after);
        } else if (buffer.getShort(at) != 0) {
            updateField(buffer, at, before, after);
            if (buffer.getShort(at) == 0) {
                buffer.putShort(at, (short) 0xffff);
            }
        }
    }

    private static void updateField(ByteBuffer buffer, int at, long before, long after) {
        buffer.putShort(at, (short) Checksum.update(buffer.getShort(at) & 0xffff, before, after));
    }

    private static long addressSum(PacketView packet) {
        return Checksum.addressSum(packet.sourceHigh(), packet.sourceLow()) + Checksum.addressSum(packet.destinationHigh(), packet.destinationLow());
    }
}
