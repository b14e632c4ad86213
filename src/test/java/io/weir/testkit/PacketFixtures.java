package io.weir.testkit;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes packets for tests, byte by byte and with naive checksums of its own:
 * {@code PacketFixtures.tcp("10.0.0.1:1234", "[..]:80").flags(SYN).view()}. Endpoints of one family decide the family.
 */
public final class PacketFixtures {
    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private final int protocol;
    private final Endpoint source;
    private final Endpoint destination;
    private final boolean ipv6;
    private byte[] payload = {};
    private byte[] ipHeaders = {}; // IPv4 options or IPv6 extension headers
    private byte[] tcpOptions = {};
    private byte[] trailing = {};
    private int firstNextHeader = -1;
    private int flags = ACK;
    private long sequence = 1000;
    private long acknowledgment;
    private int fragment;
    private int icmpTypeAndCode;
    private boolean withoutUdpChecksum;
    private int transportChecksumError;
    private int ipChecksumError;

    private PacketFixtures(int protocol, Endpoint source, Endpoint destination) {
        this.protocol = protocol;
        this.source = source;
        this.destination = destination;
        ipv6 = !source.address().isIpv4();
        if (ipv6 == destination.address().isIpv4()) {
            throw new IllegalArgumentException(source + " and " + destination + " are of two families");
        }
    }

    /** A TCP segment, ACK set, from and to texts like {@code 10.0.0.1:80} or {@code [::1]:80}. */
    public static PacketFixtures tcp(String source, String destination) {
        return tcp(Endpoint.parse(source), Endpoint.parse(destination));
    }

    public static PacketFixtures tcp(Endpoint source, Endpoint destination) {
        return new PacketFixtures(TCP, source, destination);
    }

    public static PacketFixtures udp(String source, String destination) {
        return udp(Endpoint.parse(source), Endpoint.parse(destination));
    }

    public static PacketFixtures udp(Endpoint source, Endpoint destination) {
        return new PacketFixtures(UDP, source, destination);
    }

    /** ICMP or ICMPv6 by the family of the addresses; {@code payload} is what follows the first four bytes' type, code and checksum. */
    public static PacketFixtures icmp(String source, String destination, int type, int code) {
        Endpoint from = new Endpoint(IpAddress.parse(source), 0);
        PacketFixtures fixture = new PacketFixtures(from.address().isIpv4() ? ICMP : ICMPV6, from, new Endpoint(IpAddress.parse(destination), 0));
        fixture.icmpTypeAndCode = type << 8 | code;
        fixture.payload = new byte[4];
        return fixture;
    }

    /** A packet of any other protocol around {@code payload}. */
    public static PacketFixtures other(String source, String destination, int protocol) {
        return new PacketFixtures(protocol, new Endpoint(IpAddress.parse(source), 0), new Endpoint(IpAddress.parse(destination), 0));
    }

    public PacketFixtures flags(int tcpFlags) {
        flags = tcpFlags;
        return this;
    }

    public PacketFixtures sequence(long value) {
        sequence = value;
        return this;
    }

    public PacketFixtures acknowledgment(long value) {
        acknowledgment = value;
        return this;
    }

    public PacketFixtures payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    public PacketFixtures payload(String ascii) {
        return payload(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    /** {@code length} bytes of a fixed pattern. */
    public PacketFixtures payloadLength(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7 + 3);
        }
        return payload(bytes);
    }

    /** A multiple of four bytes of TCP options, at most 40. */
    public PacketFixtures tcpOptions(byte... bytes) {
        tcpOptions = bytes.clone();
        return this;
    }

    /** A multiple of four bytes of IPv4 options, at most 40. */
    public PacketFixtures ipv4Options(byte... bytes) {
        ipHeaders = bytes.clone();
        return this;
    }

    /** IPv6 extension headers as they stand; the last one's next-header byte must already be right. */
    public PacketFixtures extensionHeaders(int firstType, byte... bytes) {
        firstNextHeader = firstType;
        ipHeaders = bytes.clone();
        return this;
    }

    /** The IPv4 flags-and-offset field: 0x2000 more fragments, 0x4000 don't fragment, low 13 bits the offset in units of eight bytes. */
    public PacketFixtures fragment(int flagsAndOffset) {
        fragment = flagsAndOffset;
        return this;
    }

    /** UDP checksum 0: none. */
    public PacketFixtures withoutUdpChecksum() {
        withoutUdpChecksum = true;
        return this;
    }

    /** Spoils the transport checksum, as an offloading stack does. */
    public PacketFixtures badTransportChecksum() {
        transportChecksumError = 0x1234;
        return this;
    }

    /** Spoils the IPv4 header checksum. */
    public PacketFixtures badIpChecksum() {
        ipChecksumError = 0x1234;
        return this;
    }

    /** Bytes after the end that the IP header states. */
    public PacketFixtures trailing(byte... bytes) {
        trailing = bytes.clone();
        return this;
    }

    public byte[] bytes() {
        int transportLength = transportHeaderLength() + payload.length;
        int ipLength = (ipv6 ? 40 : 20) + ipHeaders.length;
        ByteBuffer out = ByteBuffer.allocate(ipLength + transportLength + trailing.length);
        writeIpHeader(out, transportLength);
        writeTransport(out, ipLength);
        out.put(payload).put(trailing);
        byte[] packet = out.array();
        if (!ipv6) {
            putChecksum(out, 10, NaiveChecksum.sum(packet, 0, ipLength, 0), ipChecksumError);
        }
        sumTransport(out, ipLength, transportLength);
        return packet;
    }

    private void writeIpHeader(ByteBuffer out, int transportLength) {
        if (ipv6) {
            int next = firstNextHeader < 0 ? protocol : firstNextHeader;
            out.putInt(6 << 28).putShort((short) (ipHeaders.length + transportLength)).put((byte) next).put((byte) 64);
        } else {
            int headerLength = 20 + ipHeaders.length;
            out.putShort((short) (0x4000 | headerLength / 4 << 8)).putShort((short) (headerLength + transportLength));
            out.putShort((short) 0x1234).putShort((short) fragment).put((byte) 64).put((byte) protocol).putShort((short) 0);
        }
        out.put(source.address().bytes()).put(destination.address().bytes()).put(ipHeaders);
    }

    private void writeTransport(ByteBuffer out, int at) {
        switch (protocol) {
            case TCP -> {
                out.putShort((short) source.port()).putShort((short) destination.port()).putInt((int) sequence).putInt((int) acknowledgment);
                out.putShort((short) ((20 + tcpOptions.length) / 4 << 12 | flags)).putShort((short) 0xffff).putInt(0).put(tcpOptions);
            }
            case UDP -> {
                out.putShort((short) source.port()).putShort((short) destination.port());
                out.putShort((short) (8 + payload.length)).putShort((short) 0);
            }
            case ICMP, ICMPV6 -> out.putShort((short) icmpTypeAndCode).putShort((short) 0);
            default -> out.position(at);
        }
    }

    private void sumTransport(ByteBuffer out, int at, int transportLength) {
        int field = checksumField();
        if (field < 0 || withoutUdpChecksum) {
            return;
        }
        int start = protocol == ICMP ? 0 : NaiveChecksum.pseudoHeader(out.array(), protocol, transportLength);
        int sum = NaiveChecksum.sum(out.array(), at, transportLength, start);
        putChecksum(out, at + field, sum == 0xffff && protocol == UDP ? 0 : sum, transportChecksumError);
    }

    private static void putChecksum(ByteBuffer out, int at, int sum, int error) {
        out.putShort(at, (short) (~sum ^ error));
    }

    private int transportHeaderLength() {
        return switch (protocol) {
            case TCP -> 20 + tcpOptions.length;
            case UDP -> 8;
            case ICMP, ICMPV6 -> 4;
            default -> 0;
        };
    }

    private int checksumField() {
        return switch (protocol) {
            case TCP -> 16;
            case UDP -> 6;
            case ICMP, ICMPV6 -> 2;
            default -> -1;
        };
    }

    /** A direct buffer that holds just this packet from index 0. */
    public ByteBuffer buffer() {
        byte[] bytes = bytes();
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Writes the packet at {@code at}. @return its length, trailing bytes included */
    public int writeTo(ByteBuffer out, int at) {
        byte[] bytes = bytes();
        out.put(at, bytes);
        return bytes.length;
    }

    /** A parsed view of {@link #buffer()}. */
    public PacketView view() {
        ByteBuffer buffer = buffer();
        PacketView view = new PacketView();
        view.parse(buffer, 0, buffer.limit());
        return view;
    }
}
