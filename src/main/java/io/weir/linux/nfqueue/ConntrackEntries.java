package io.weir.linux.nfqueue;

import io.weir.linux.libc.LibC;
import io.weir.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells conntrack about redirected TCP connections, by ctnetlink. Conntrack sees neither our handshake nor the replies (they are not tracked), so by
 * itself it would pick the flow up in its middle, twice if two packets wait for us at once, and lose one of them ("insert_failed").
 * An entry made beforehand, established and lenient about windows, lets every packet of the flow find its mark. One thread.
 */
final class ConntrackEntries implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 0x80003;
    private static final int NETLINK_NETFILTER = 12;
    private static final int NEW = 1 << 8;
    private static final int DELETE = 1 << 8 | 2;
    private static final int CREATE = 0x400;
    private static final int NESTED = 0x8000;

    private static final int TUPLE_ORIGINAL = 1;
    private static final int TUPLE_REPLY = 2;
    private static final int STATUS = 3;
    private static final int PROTOCOL_INFO = 4;
    private static final int TIMEOUT = 7;
    private static final int MARK = 8;
    private static final int MARK_MASK = 21;
    private static final int CONFIRMED_ASSURED_REPLIED = 8 | 4 | 2;
    private static final int TCP = 6;
    private static final byte ESTABLISHED = 3;
    private static final byte BE_LIBERAL = 8;
    private static final int TIMEOUT_SECONDS = 7440; // RFC 5382: 2 h 4 min, prolonged by every packet

    private final int socket;
    private final ByteBuffer words = LibC.memory(512);
    private final ByteBuffer bytes = words.duplicate().order(ByteOrder.BIG_ENDIAN);
    private final long address = LibC.addressOf(words);
    private int at;

    ConntrackEntries() {
        socket = LibC.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_NETFILTER);
    }

    /** Makes or marks the entry of a redirected connection. @return false when the kernel did not take the message */
    boolean add(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        begin(NEW, CREATE, sourceHigh, sourceLow);
        tuple(TUPLE_ORIGINAL, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
        tuple(TUPLE_REPLY, destinationHigh, destinationLow, destinationPort, sourceHigh, sourceLow, sourcePort);
        word(STATUS, CONFIRMED_ASSURED_REPLIED);
        word(TIMEOUT, TIMEOUT_SECONDS);
        word(MARK, Marks.REDIRECTED);
        word(MARK_MASK, Marks.REDIRECTED | Marks.RELEASED);
        int info = open(PROTOCOL_INFO);
        int tcp = open(1);
        header(1, 1);
        bytes.put(at, ESTABLISHED);
        at += 4;
        for (int direction = 4; direction <= 5; direction++) {
            header(direction, 2);
            bytes.put(at, BE_LIBERAL).put(at + 1, BE_LIBERAL);
            at += 4;
        }
        close(tcp);
        close(info);
        return send();
    }

    /** Forgets the connection. */
    void remove(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        begin(DELETE, 0, sourceHigh, sourceLow);
        tuple(TUPLE_ORIGINAL, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
        send();
    }

    private void begin(int type, int flags, long high, long low) {
        words.putShort(4, (short) type).putShort(6, (short) (QueueMessages.REQUEST | flags)).putLong(8, 0);
        bytes.put(16, (byte) (IpAddress.isIpv4(high, low) ? AF_INET : AF_INET6)).put(17, (byte) 0).putShort(18, (short) 0);
        at = QueueMessages.HEADERS;
    }

    private void header(int type, int length) {
        words.putShort(at, (short) (QueueMessages.ATTRIBUTE_HEADER + length)).putShort(at + 2, (short) type);
        at += QueueMessages.ATTRIBUTE_HEADER;
    }

    private int open(int type) {
        int start = at;
        words.putShort(at + 2, (short) (type | NESTED));
        at += QueueMessages.ATTRIBUTE_HEADER;
        return start;
    }

    private void close(int start) {
        words.putShort(start, (short) (at - start));
    }

    private void word(int type, int value) {
        header(type, 4);
        bytes.putInt(at, value);
        at += 4;
    }

    private void port(int type, int value) {
        header(type, 2);
        bytes.putShort(at, (short) value);
        at += 4;
    }

    private void tuple(int type, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        int tuple = open(type);
        int addresses = open(1);
        if (IpAddress.isIpv4(sourceHigh, sourceLow)) {
            word(1, (int) sourceLow);
            word(2, (int) destinationLow);
        } else {
            ipv6(3, sourceHigh, sourceLow);
            ipv6(4, destinationHigh, destinationLow);
        }
        close(addresses);
        int protocol = open(2);
        header(1, 1);
        bytes.put(at, (byte) TCP);
        at += 4;
        port(2, sourcePort);
        port(3, destinationPort);
        close(protocol);
        close(tuple);
    }

    private void ipv6(int type, long high, long low) {
        header(type, 16);
        bytes.putLong(at, high).putLong(at + 8, low);
        at += 16;
    }

    /** The kernel has carried the message out when the call returns. */
    private boolean send() {
        words.putInt(0, at);
        return LibC.sendto(socket, address, at, 0, 0, 0) == at;
    }

    @Override
    public void close() {
        LibC.close(socket);
    }
}
