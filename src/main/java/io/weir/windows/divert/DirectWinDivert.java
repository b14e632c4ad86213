package io.weir.windows.divert;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;

/**
 * {@link WinDivertLibrary} by JNA's direct mapping. One DLL per process: the driver looks for its {@code .sys} beside the first one loaded, and
 * loading another binds the methods anew.
 */
final class DirectWinDivert implements WinDivertLibrary {

    private DirectWinDivert() {
    }

    /** @param dll absolute: no search order is followed @throws UnsatisfiedLinkError when it cannot be loaded or lacks an export */
    static DirectWinDivert load(Path dll) {
        if (!dll.isAbsolute()) {
            throw new IllegalArgumentException(dll + " is not absolute");
        }
        return bind(NativeLibrary.getInstance(dll.toString()));
    }

    static DirectWinDivert bind(NativeLibrary library) {
        Native.register(DirectWinDivert.class, library);
        return new DirectWinDivert();
    }

    @Override
    public native long WinDivertOpen(long filter, int layer, short priority, long flags);

    @Override
    public native int WinDivertRecvEx(long handle, long packets, int packetBytes, long received, long flags, long addresses, long addressBytes,
                                      long overlapped);

    @Override
    public native int WinDivertSendEx(long handle, long packets, int packetBytes, long sent, long flags, long addresses, int addressBytes,
                                      long overlapped);

    @Override
    public native int WinDivertShutdown(long handle, int how);

    @Override
    public native int WinDivertClose(long handle);

    @Override
    public native int WinDivertSetParam(long handle, int parameter, long value);

    @Override
    public native int WinDivertGetParam(long handle, int parameter, long value);

    @Override
    public native int WinDivertHelperCompileFilter(long filter, int layer, long object, int objectBytes, long errorText, long errorPosition);

    @Override
    public native int WinDivertHelperCalcChecksums(long packet, int packetBytes, long address, long flags);

    /** JNA keeps the code of each call apart for us: a mapped {@code GetLastError} would read what JNA's own calls left behind. */
    @Override
    public int lastError() {
        return Native.getLastError();
    }
}
