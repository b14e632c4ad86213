package io.weir.alternatives;

import com.sun.jna.Native;

/** The floor: functions with WinDivert's signatures and nothing behind them, mapped directly with integer arguments only. */
public final class NothingCalled {

    private NothingCalled() {
    }

    /** @param library path of the stub library */
    public static void register(String library) {
        Native.register(NothingCalled.class, library);
    }

    public static native int NothingLikeRecvEx(long handle, long packet, int packetLength, long received, long flags, long address,
                                               long addressLength, long overlapped);

    public static native int NothingLikeSendEx(long handle, long packet, int packetLength, long sent, long flags, long address,
                                               int addressLength, long overlapped);
}
