package io.weir.alternatives;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/**
 * The binding mapped directly, its addresses objects. Direct mapping takes no array of structures, so the caller reads and writes all but the
 * first. It lost because every field of every address is written and read by reflection.
 */
public final class StructureDirectWinDivert {

    private StructureDirectWinDivert() {
    }

    /** @param library path of the stub library */
    public static void register(String library) {
        Native.register(StructureDirectWinDivert.class, library);
    }

    public static native boolean WinDivertRecvEx(Pointer handle, Pointer packet, int packetLength, IntByReference received, long flags,
                                                 StructureWinDivert.WinDivertAddress first, IntByReference addressLength, Pointer overlapped);

    public static native boolean WinDivertSendEx(Pointer handle, Pointer packet, int packetLength, IntByReference sent, long flags,
                                                 StructureWinDivert.WinDivertAddress first, int addressLength, Pointer overlapped);
}
