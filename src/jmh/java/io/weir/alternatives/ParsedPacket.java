package io.weir.alternatives;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A packet parsed into a fresh object with its addresses as byte arrays, the way a packet library hands it out. Knows no extension headers.
 * Lost: five objects a packet.
 */
public record ParsedPacket(int version, int protocol, byte[] source, byte[] destination, int sourcePort, int destinationPort, ByteBuffer payload) {

    public static ParsedPacket parse(ByteBuffer buffer, int offset, int length) {
        ByteBuffer packet = buffer.slice(offset, length);
        int version = packet.get(0) >>> 4 & 15;
        int addressLength = version == 4 ? 4 : 16;
        int addressAt = version == 4 ? 12 : 8;
        int transport = version == 4 ? (packet.get(0) & 15) * 4 : 40;
        int protocol = packet.get(version == 4 ? 9 : 6) & 0xff;
        byte[] addresses = new byte[2 * addressLength];
        packet.get(addressAt, addresses);
        int payloadAt = transport + (protocol == 6 ? (packet.get(transport + 12) >>> 4 & 15) * 4 : 8);
        return new ParsedPacket(version, protocol, Arrays.copyOf(addresses, addressLength),
                Arrays.copyOfRange(addresses, addressLength, 2 * addressLength), packet.getShort(transport) & 0xffff,
                packet.getShort(transport + 2) & 0xffff, packet.slice(payloadAt, length - payloadAt));
    }
}
