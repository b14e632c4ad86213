package io.weir.alternatives;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;

/** The binding as most are written: addresses are objects. It lost because every call writes and reads all their fields by reflection. */
public interface StructureWinDivert extends Library {
    boolean WinDivertRecvEx(Pointer handle, Pointer packet, int packetLength, IntByReference received, long flags, WinDivertAddress[] addresses,
                            IntByReference addressLength, Pointer overlapped);

    boolean WinDivertSendEx(Pointer handle, Pointer packet, int packetLength, IntByReference sent, long flags, WinDivertAddress[] addresses,
                            int addressLength, Pointer overlapped);

    /** WINDIVERT_ADDRESS of the network layer. */
    @Structure.FieldOrder({"timestamp", "layer", "event", "flags", "reserved1", "reserved2", "interfaceIndex", "subInterfaceIndex", "rest"})
    class WinDivertAddress extends Structure {
        public long timestamp;
        public byte layer;
        public byte event;
        public byte flags;
        public byte reserved1;
        public int reserved2;
        public int interfaceIndex;
        public int subInterfaceIndex;
        public byte[] rest = new byte[56];
    }
}
