package io.weir.windows.process;

import io.weir.net.Protocol;

/** Windows' tables of sockets. */
@FunctionalInterface
interface SocketTables {
    int NO_ERROR = 0;
    int ERROR_INSUFFICIENT_BUFFER = 122;

    /**
     * Copies a table.
     *
     * @param size its first int holds the capacity at {@code table}, afterwards what the table takes
     * @return a Win32 error code
     */
    int read(RowKind kind, NativeBuffer table, NativeBuffer size);

    /** The system's own. */
    static SocketTables ofWindows() {
        return (kind, table, size) -> kind.protocol() == Protocol.TCP
            ? Iphlpapi.GetExtendedTcpTable(table.address(), size.address(), 0, kind.family(), kind.tableClass(), 0)
            : Iphlpapi.GetExtendedUdpTable(table.address(), size.address(), 0, kind.family(), kind.tableClass(), 0);
    }
}
