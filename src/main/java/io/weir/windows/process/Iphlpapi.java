package io.weir.windows.process;

import com.sun.jna.Native;

/** The tables of sockets, by JNA direct mapping with int and long arguments only: no object is made for a call. */
final class Iphlpapi {

    static {
        Native.register(Iphlpapi.class, "iphlpapi");
    }

    private Iphlpapi() {
    }

    /** @param size address of 4 bytes: the capacity of {@code table}, afterwards what it takes */
    static native int GetExtendedTcpTable(long table, long size, int ordered, int family, int tableClass, int reserved);

    static native int GetExtendedUdpTable(long table, long size, int ordered, int family, int tableClass, int reserved);
}
