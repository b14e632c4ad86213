package io.weir.windows.process;

import com.sun.jna.Native;

/** {@link ModuleNames} by {@code GetOwnerModuleFrom…Entry}. Look-up thread only. */
final class WindowsModuleNames implements ModuleNames {
    private static final int TCPIP_OWNER_MODULE_INFO_BASIC = 0;
    private static final int CAPACITY = 4096;

    static {
        Native.register(WindowsModuleNames.class, "iphlpapi");
    }

    /** TCPIP_OWNER_MODULE_BASIC_INFO: address of the module's name, address of its path; the texts lie behind. */
    private final NativeBuffer information = new NativeBuffer(CAPACITY);
    private final NativeBuffer size = new NativeBuffer(4);

    private static native int GetOwnerModuleFromTcpEntry(long row, int what, long information, long size);

    private static native int GetOwnerModuleFromTcp6Entry(long row, int what, long information, long size);

    private static native int GetOwnerModuleFromUdpEntry(long row, int what, long information, long size);

    private static native int GetOwnerModuleFromUdp6Entry(long row, int what, long information, long size);

    @Override
    public String name(RowKind kind, long row) {
        size.bytes().putInt(0, CAPACITY);
        long to = information.address();
        int result = switch (kind) {
            case TCP_IPV4_MODULE -> GetOwnerModuleFromTcpEntry(row, TCPIP_OWNER_MODULE_INFO_BASIC, to, size.address());
            case TCP_IPV6_MODULE -> GetOwnerModuleFromTcp6Entry(row, TCPIP_OWNER_MODULE_INFO_BASIC, to, size.address());
            case UDP_IPV4_MODULE -> GetOwnerModuleFromUdpEntry(row, TCPIP_OWNER_MODULE_INFO_BASIC, to, size.address());
            case UDP_IPV6_MODULE -> GetOwnerModuleFromUdp6Entry(row, TCPIP_OWNER_MODULE_INFO_BASIC, to, size.address());
            default -> throw new IllegalArgumentException(kind + " has no modules");
        };
        int text = result == SocketTables.NO_ERROR ? information.indexOf(information.bytes().getLong(0)) : -1;
        return text < 0 ? "" : information.textToZero(text);
    }
}
