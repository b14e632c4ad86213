package io.weir.linux.process;

import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The sock_diag messages of an exact query, as bytes (linux/sock_diag.h, linux/inet_diag.h).
 * Lengths and counters are in host order, ports and addresses in network order.
 */
final class DiagMessage {
    /** nlmsghdr (16) and inet_diag_req_v2 (56). */
    static final int REQUEST_LENGTH = 72;

    private static final int HEADER_LENGTH = 16;
    private static final int ANSWER_LENGTH = HEADER_LENGTH + 72;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int NLM_F_REQUEST = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int TCP_LISTEN = 10;

    /** The request's inet_diag_sockid; the answer's is four bytes earlier. */
    private static final int REQUEST_ID = 24;
    private static final int STATE = HEADER_LENGTH + 1;
    private static final int COOKIE = HEADER_LENGTH + 4 + 40;
    private static final int USER = HEADER_LENGTH + 64;
    private static final int INODE = HEADER_LENGTH + 68;

    private DiagMessage() {
    }

    /**
     * Writes the request at index 0. An IPv4 flow is asked for as AF_INET even when the socket is an AF_INET6 one: the kernel keeps both in the
     * same table, by the IPv4 addresses.
     *
     * @param to             in native byte order
     * @param interfaceIndex 0, or the interface a socket bound to a device (SO_BINDTODEVICE) is on: with 0 the kernel does not find those
     */
    static void writeRequest(ByteBuffer to, int sequence, Protocol protocol, long localHigh, long localLow, int localPort,
                             long remoteHigh, long remoteLow, int remotePort, int interfaceIndex) {
        boolean ipv4 = IpAddress.isIpv4(localHigh, localLow);
        to.putInt(0, REQUEST_LENGTH).putShort(4, (short) SOCK_DIAG_BY_FAMILY).putShort(6, (short) NLM_F_REQUEST).putInt(8, sequence).putInt(12, 0);
        to.put(16, (byte) (ipv4 ? AF_INET : AF_INET6)).put(17, (byte) protocol.number()).put(18, (byte) 0).put(19, (byte) 0);
        to.putInt(20, ~0);
        // For UDP the kernel reads source and destination the other way round ("for historical reasons", udp_diag.c).
        boolean swapped = protocol == Protocol.UDP;
        putPort(to, REQUEST_ID + (swapped ? 2 : 0), localPort);
        putPort(to, REQUEST_ID + (swapped ? 0 : 2), remotePort);
        putAddress(to, REQUEST_ID + (swapped ? 20 : 4), ipv4, localHigh, localLow);
        putAddress(to, REQUEST_ID + (swapped ? 4 : 20), ipv4, remoteHigh, remoteLow);
        to.putInt(REQUEST_ID + 36, interfaceIndex).putLong(REQUEST_ID + 40, ~0L);
    }

    private static void putPort(ByteBuffer to, int at, int port) {
        to.put(at, (byte) (port >>> 8)).put(at + 1, (byte) port);
    }

    private static void putAddress(ByteBuffer to, int at, boolean ipv4, long high, long low) {
        if (ipv4) {
            to.putInt(at, inNetworkOrder(to, (int) low)).putInt(at + 4, 0).putLong(at + 8, 0);
        } else {
            to.putLong(at, inNetworkOrder(to, high)).putLong(at + 8, inNetworkOrder(to, low));
        }
    }

    private static int inNetworkOrder(ByteBuffer to, int value) {
        return to.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static long inNetworkOrder(ByteBuffer to, long value) {
        return to.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }

    /** Whether these {@code length} bytes answer the request numbered {@code sequence}, be it with a socket or with an error. */
    static boolean answers(ByteBuffer from, int length, int sequence) {
        return length >= HEADER_LENGTH && from.getInt(8) == sequence;
    }

    /**
     * Whether the answer names a socket that belongs to somebody. Sockets in TIME_WAIT and those not accepted yet have no inode.
     *
     * @param listening whether a listener was asked for: the kernel offers one, too, where no connection matches
     */
    static boolean namesSocket(ByteBuffer from, int length, boolean listening) {
        return length >= ANSWER_LENGTH && (from.getShort(4) & 0xffff) == SOCK_DIAG_BY_FAMILY && from.get(STATE) == TCP_LISTEN == listening
            && inode(from) != 0;
    }

    static long inode(ByteBuffer from) {
        return from.getInt(INODE) & 0xffff_ffffL;
    }

    static int user(ByteBuffer from) {
        return from.getInt(USER);
    }

    /** The kernel's own number of the socket, never used twice. */
    static long cookie(ByteBuffer from) {
        return from.getLong(COOKIE);
    }
}
