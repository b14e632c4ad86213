package io.weir.alternatives;

import com.sun.jna.Library;

/** The binding as an interface that JNA implements by a proxy. It lost because every call boxes its arguments and looks up its function. */
public interface InterfaceWinDivert extends Library {
    int WinDivertRecvEx(long handle, long packet, int packetLength, long received, long flags, long address, long addressLength, long overlapped);

    int WinDivertSendEx(long handle, long packet, int packetLength, long sent, long flags, long address, int addressLength, long overlapped);
}
