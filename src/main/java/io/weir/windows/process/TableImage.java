package io.weir.windows.process;

import io.weir.net.IpAddress;
import java.nio.ByteBuffer;

/** A copy of one table, read row by row by offset; one instance serves all tables, one after another. Look-up thread only. */
final class TableImage {
    static final int LISTEN = 2;
    static final int SYN_SENT = 3;
    static final int ESTABLISHED = 5;

    private static final int FIRST_CAPACITY = 65536;
    private static final int MOST_CAPACITY = 1 << 28;
    private static final int ATTEMPTS = 8;

    private final SocketTables tables;
    private final NativeBuffer table = new NativeBuffer(FIRST_CAPACITY);
    private final NativeBuffer size = new NativeBuffer(4);
    private RowKind kind;
    private ByteBuffer bytes;
    private int rows;
    private int at;

    TableImage(SocketTables tables) {
        this.tables = tables;
    }

    /** Copies the table as it is now; it may grow while we ask how large it is. @return a Win32 error code; then there are no rows */
    int read(RowKind wanted) {
        kind = wanted;
        rows = 0;
        int result = SocketTables.ERROR_INSUFFICIENT_BUFFER;
        for (int attempt = 0; attempt < ATTEMPTS && result == SocketTables.ERROR_INSUFFICIENT_BUFFER; attempt++) {
            size.bytes().putInt(0, table.capacity());
            result = tables.read(wanted, table, size);
            if (result == SocketTables.ERROR_INSUFFICIENT_BUFFER) {
                long need = Integer.toUnsignedLong(size.bytes().getInt(0));
                table.reserve((int) Math.min(MOST_CAPACITY, Math.max(need, table.capacity()) * 5 / 4));
            }
        }
        bytes = table.bytes();
        if (result == SocketTables.NO_ERROR) {
            long told = Integer.toUnsignedLong(bytes.getInt(0));
            rows = (int) Math.min(told, (bytes.capacity() - wanted.firstRow()) / wanted.rowLength());
        }
        return result;
    }

    int rows() {
        return rows;
    }

    /** The accessors speak of this row from now on. */
    void row(int index) {
        at = kind.firstRow() + index * kind.rowLength();
    }

    /** Where the row lies; until the next reading. */
    long address() {
        return table.address() + at;
    }

    /** {@code MIB_TCP_STATE}; 0 for UDP. */
    int state() {
        return kind.state() < 0 ? 0 : bytes.getInt(at + kind.state());
    }

    int process() {
        return bytes.getInt(at + kind.process());
    }

    /** FILETIME; 0 where the table does not tell. */
    long created() {
        return kind.created() < 0 ? 0 : bytes.getLong(at + kind.created());
    }

    long localHigh() {
        return high(kind.localAddress());
    }

    long localLow() {
        return low(kind.localAddress());
    }

    int localPort() {
        return port(kind.localPort());
    }

    long remoteHigh() {
        return high(kind.remoteAddress());
    }

    long remoteLow() {
        return low(kind.remoteAddress());
    }

    int remotePort() {
        return port(kind.remotePort());
    }

    private long high(int offset) {
        return kind.ipv4() || offset < 0 ? 0 : Long.reverseBytes(bytes.getLong(at + offset));
    }

    private long low(int offset) {
        if (offset < 0) {
            return 0;
        }
        return kind.ipv4() ? IpAddress.MAPPED_PREFIX | Integer.reverseBytes(bytes.getInt(at + offset)) & 0xffff_ffffL
            : Long.reverseBytes(bytes.getLong(at + offset + 8));
    }

    private int port(int offset) {
        return offset < 0 ? 0 : Short.reverseBytes(bytes.getShort(at + offset)) & 0xffff;
    }
}
