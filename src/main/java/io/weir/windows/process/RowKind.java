package io.weir.windows.process;

import io.weir.net.Protocol;

/**
 * The tables of sockets and where the fields of their rows lie (iprtrmib.h, tcpmib.h, udpmib.h; the same on all architectures). A table begins with
 * the number of its rows (4 bytes); rows that name the module hold 64-bit fields and are aligned to them. Numbers are little-endian; addresses, and
 * ports in the <em>lower 16 bits</em> of their field, are in network order. The upper 16 bits of a port are undefined.
 */
enum RowKind {
    TCP_IPV4(Protocol.TCP, true, 5, 4, 24, new int[] {0, 4, 8, 12, 16, 20, -1}),
    TCP_IPV6(Protocol.TCP, false, 5, 4, 56, new int[] {48, 0, 20, 24, 44, 52, -1}),
    UDP_IPV4(Protocol.UDP, true, 1, 4, 12, new int[] {-1, 0, 4, -1, -1, 8, -1}),
    UDP_IPV6(Protocol.UDP, false, 1, 4, 28, new int[] {-1, 0, 20, -1, -1, 24, -1}),
    TCP_IPV4_MODULE(Protocol.TCP, true, 8, 8, 160, new int[] {0, 4, 8, 12, 16, 20, 24}),
    TCP_IPV6_MODULE(Protocol.TCP, false, 8, 8, 192, new int[] {48, 0, 20, 24, 44, 52, 56}),
    UDP_IPV4_MODULE(Protocol.UDP, true, 2, 8, 160, new int[] {-1, 0, 4, -1, -1, 8, 16}),
    UDP_IPV6_MODULE(Protocol.UDP, false, 2, 8, 176, new int[] {-1, 0, 20, -1, -1, 24, 32});

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 23;

    private final Protocol protocol;
    private final boolean ipv4;
    private final int tableClass;
    private final int firstRow;
    private final int rowLength;
    private final int[] offsets;

    /** @param offsets of state, local address, local port, remote address, remote port, process id, time of creation; -1: the row has none */
    RowKind(Protocol protocol, boolean ipv4, int tableClass, int firstRow, int rowLength, int[] offsets) {
        this.protocol = protocol;
        this.ipv4 = ipv4;
        this.tableClass = tableClass;
        this.firstRow = firstRow;
        this.rowLength = rowLength;
        this.offsets = offsets;
    }

    Protocol protocol() {
        return protocol;
    }

    boolean ipv4() {
        return ipv4;
    }

    int family() {
        return ipv4 ? AF_INET : AF_INET6;
    }

    /** {@code TCP_TABLE_OWNER_PID_ALL}, {@code UDP_TABLE_OWNER_PID}, {@code …_OWNER_MODULE…}. */
    int tableClass() {
        return tableClass;
    }

    int firstRow() {
        return firstRow;
    }

    int rowLength() {
        return rowLength;
    }

    int state() {
        return offsets[0];
    }

    int localAddress() {
        return offsets[1];
    }

    int localPort() {
        return offsets[2];
    }

    int remoteAddress() {
        return offsets[3];
    }

    int remotePort() {
        return offsets[4];
    }

    int process() {
        return offsets[5];
    }

    int created() {
        return offsets[6];
    }
}
