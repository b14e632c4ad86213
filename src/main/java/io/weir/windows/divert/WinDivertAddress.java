package io.weir.windows.divert;

import io.weir.engine.PacketFlags;
import java.nio.ByteBuffer;

/**
 * The {@code WINDIVERT_ADDRESS} record (section 5.3 of upstream's {@code windivert.html}; layout by {@code windivert.h}), read and written by
 * offset in a little-endian buffer. It is 80 bytes long:
 * <pre>
 *  0 timestamp (8)   8 layer (1)   9 event (1)   10 flags (1)   11–15 reserved
 * 16 NETWORK: interface index (4), sub-interface index (4)
 * 16 SOCKET: endpoint (8), parent endpoint (8), process id (4), local address (16), remote address (16), local port (2), remote port (2),
 *    protocol (1)
 * </pre>
 * An address is a 128-bit number in host order, its least significant word first; IPv4 is mapped ({@code ::ffff:a.b.c.d}). Ports are in host order.
 */
final class WinDivertAddress {
    static final int BYTES = 80;
    /** The most records (and packets) one call carries: {@code WINDIVERT_BATCH_MAX}. */
    static final int MOST = 255;

    static final int LAYER_NETWORK = 0;
    static final int LAYER_SOCKET = 3;

    static final int EVENT_SOCKET_BIND = 3;
    static final int EVENT_SOCKET_CONNECT = 4;
    static final int EVENT_SOCKET_LISTEN = 5;
    static final int EVENT_SOCKET_ACCEPT = 6;
    static final int EVENT_SOCKET_CLOSE = 7;

    /** Bits of the byte at {@link #FLAGS}. */
    static final int SNIFFED = 0x01;
    static final int OUTBOUND = 0x02;
    static final int LOOPBACK = 0x04;
    static final int IMPOSTOR = 0x08;
    static final int IPV6 = 0x10;
    /** On receive: this checksum is complete; on send: leave it as it is (otherwise the driver computes it). */
    static final int IP_CHECKSUM = 0x20;
    static final int TCP_CHECKSUM = 0x40;
    static final int UDP_CHECKSUM = 0x80;
    static final int CHECKSUMS = IP_CHECKSUM | TCP_CHECKSUM | UDP_CHECKSUM;

    static final int TIMESTAMP = 0;
    static final int LAYER = 8;
    static final int EVENT = 9;
    static final int FLAGS = 10;
    static final int INTERFACE = 16;
    static final int SUB_INTERFACE = 20;
    static final int PROCESS = 32;
    static final int LOCAL_ADDRESS = 36;
    static final int REMOTE_ADDRESS = 52;
    static final int LOCAL_PORT = 68;
    static final int REMOTE_PORT = 70;
    static final int PROTOCOL = 72;

    private WinDivertAddress() {
    }

    /** Bits of {@link #SNIFFED} to {@link #UDP_CHECKSUM}. */
    static int flags(ByteBuffer records, int at) {
        return records.get(at + FLAGS) & 0xff;
    }

    /**
     * The flags as the stages know them. Of a packet that stays on this machine no checksum is believed: no card sums
     * it, and its bits are reported to lie (WinDivert issue 305).
     *
     * @param transportChecksum {@link #TCP_CHECKSUM} or {@link #UDP_CHECKSUM}, whichever the packet has; both: not known, and valid only if both are.
     *                          The bit of a header the packet lacks says nothing
     */
    static int packetFlags(int flags, int transportChecksum) {
        int out = (flags & OUTBOUND) != 0 ? PacketFlags.OUTBOUND : 0;
        out |= (flags & IMPOSTOR) != 0 ? PacketFlags.IMPOSTOR : 0;
        if ((flags & LOOPBACK) != 0) {
            return out | PacketFlags.LOOPBACK;
        }
        out |= (flags & IP_CHECKSUM) != 0 ? PacketFlags.IP_CHECKSUM_VALID : 0;
        return (flags & transportChecksum) == transportChecksum ? out | PacketFlags.TRANSPORT_CHECKSUM_VALID : out;
    }

    static int interfaceIndex(ByteBuffer records, int at) {
        return records.getInt(at + INTERFACE);
    }

    static int subInterfaceIndex(ByteBuffer records, int at) {
        return records.getInt(at + SUB_INTERFACE);
    }

    /** For a packet whose bytes we changed and summed ourselves: where it goes, and that its sums are right. The rest of the record stays. */
    static void rerouted(ByteBuffer records, int at, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        int kept = records.get(at + FLAGS) & ~OUTBOUND;
        records.put(at + FLAGS, (byte) (kept | CHECKSUMS | (outbound ? OUTBOUND : 0)));
        records.putInt(at + INTERFACE, interfaceIndex);
        records.putInt(at + SUB_INTERFACE, subInterfaceIndex);
    }

    /**
     * A whole record for a packet of our own making, its sums right.
     *
     * @param flags {@link #IMPOSTOR}: the driver lowers the packet's hop limit; or 0
     */
    static void built(ByteBuffer records, int at, int flags, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        for (int i = 0; i < BYTES; i += 8) {
            records.putLong(at + i, 0);
        }
        records.put(at + FLAGS, (byte) flags);
        rerouted(records, at, outbound, interfaceIndex, subInterfaceIndex);
    }

    static int event(ByteBuffer records, int at) {
        return records.get(at + EVENT) & 0xff;
    }

    /** {@code QueryPerformanceCounter} when it happened. */
    static long timestamp(ByteBuffer records, int at) {
        return records.getLong(at + TIMESTAMP);
    }

    static int process(ByteBuffer records, int at) {
        return records.getInt(at + PROCESS);
    }

    /** Upper half of the address at {@link #LOCAL_ADDRESS} or {@link #REMOTE_ADDRESS}, as {@link io.weir.net.IpAddress} has it. */
    static long high(ByteBuffer records, int at, int which) {
        return records.getLong(at + which + 8);
    }

    static long low(ByteBuffer records, int at, int which) {
        return records.getLong(at + which);
    }

    /** @param which {@link #LOCAL_PORT} or {@link #REMOTE_PORT} */
    static int port(ByteBuffer records, int at, int which) {
        return records.getShort(at + which) & 0xffff;
    }

    static int protocol(ByteBuffer records, int at) {
        return records.get(at + PROTOCOL) & 0xff;
    }
}
