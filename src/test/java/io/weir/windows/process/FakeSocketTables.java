package io.weir.windows.process;

import io.weir.net.Endpoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Tables as Windows would write them. The offsets are written down here once more, from the headers: rows are built by these, and read by the
 * product's.
 */
final class FakeSocketTables implements SocketTables {
    static final int CLOSED = 1;
    static final int LISTEN = 2;
    static final int SYN_SENT = 3;
    static final int ESTABLISHED = 5;
    static final int TIME_WAIT = 11;

    private static final int DIRT = 0xdead_0000;

    private final Map<RowKind, List<byte[]>> rows = new EnumMap<>(RowKind.class);
    /** What a row count of more than there are claims, and by how much a table grows with each reading. */
    int lie;
    int error;
    int growth;
    private final List<Integer> capacities = new ArrayList<>();
    private int reads;

    FakeSocketTables() {
        for (RowKind kind : RowKind.values()) {
            rows.put(kind, new ArrayList<>());
        }
    }

    /** {@code remote} is ignored for UDP. IPv4 endpoints in an IPv6 table are mapped. */
    synchronized byte[] add(RowKind kind, int state, Endpoint local, Endpoint remote, int pid) {
        byte[] row = row(kind, state, local, remote, pid, 0);
        rows.get(kind).add(row);
        return row;
    }

    synchronized void remove(RowKind kind, byte[] row) {
        rows.get(kind).remove(row);
    }

    synchronized void clear() {
        rows.values().forEach(List::clear);
    }

    synchronized int reads() {
        return reads;
    }

    synchronized List<Integer> capacities() {
        return List.copyOf(capacities);
    }

    static byte[] row(RowKind kind, int state, Endpoint local, Endpoint remote, int pid, long created) {
        ByteBuffer row = switch (kind) {
            case TCP_IPV4, TCP_IPV4_MODULE -> {
                ByteBuffer to = buffer(kind == RowKind.TCP_IPV4 ? 24 : 160);
                yield to.putInt(0, state).put(4, ipv4(local)).putInt(8, port(local)).put(12, ipv4(remote)).putInt(16, port(remote)).putInt(20, pid);
            }
            case TCP_IPV6, TCP_IPV6_MODULE -> {
                ByteBuffer to = buffer(kind == RowKind.TCP_IPV6 ? 56 : 192);
                to.put(0, ipv6(local)).putInt(16, 7).putInt(20, port(local)).put(24, ipv6(remote)).putInt(40, 7).putInt(44, port(remote));
                yield to.putInt(48, state).putInt(52, pid);
            }
            case UDP_IPV4, UDP_IPV4_MODULE ->
                buffer(kind == RowKind.UDP_IPV4 ? 12 : 160).put(0, ipv4(local)).putInt(4, port(local)).putInt(8, pid);
            case UDP_IPV6, UDP_IPV6_MODULE ->
                buffer(kind == RowKind.UDP_IPV6 ? 28 : 176).put(0, ipv6(local)).putInt(16, 7).putInt(20, port(local)).putInt(24, pid);
        };
        switch (kind) {
            case TCP_IPV4_MODULE -> row.putLong(24, created);
            case TCP_IPV6_MODULE -> row.putLong(56, created);
            case UDP_IPV4_MODULE -> row.putLong(16, created);
            case UDP_IPV6_MODULE -> row.putLong(32, created);
            default -> { }
        }
        return row.array();
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int port(Endpoint endpoint) {
        return DIRT | Short.reverseBytes((short) endpoint.port()) & 0xffff;
    }

    private static byte[] ipv4(Endpoint endpoint) {
        return endpoint.address().bytes();
    }

    private static byte[] ipv6(Endpoint endpoint) {
        ByteBuffer out = ByteBuffer.allocate(16);
        return out.putLong(endpoint.address().high()).putLong(endpoint.address().low()).array();
    }

    static boolean isModule(RowKind kind) {
        return kind.name().endsWith("MODULE");
    }

    @Override
    public synchronized int read(RowKind kind, NativeBuffer table, NativeBuffer size) {
        reads++;
        if (error != 0) {
            return error;
        }
        int capacity = size.bytes().getInt(0);
        capacities.add(capacity);
        List<byte[]> all = rows.get(kind);
        for (int i = 0; i < growth; i++) {
            all.add(all.get(0));
        }
        int first = isModule(kind) ? 8 : 4;
        int need = first + all.stream().mapToInt(row -> row.length).sum();
        size.bytes().putInt(0, need);
        if (capacity < need) {
            return ERROR_INSUFFICIENT_BUFFER;
        }
        table.bytes().putInt(0, all.size() + lie);
        int at = first;
        for (byte[] row : all) {
            table.bytes().put(at, row);
            at += row.length;
        }
        return NO_ERROR;
    }
}
