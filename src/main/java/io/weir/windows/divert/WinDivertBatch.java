package io.weir.windows.divert;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A batch in the driver's own form: packets one behind the other, a {@link WinDivertAddress} record for each in the same order, and the structures an
 * overlapped receive writes to. The driver writes straight into it and sends straight out of it.
 */
final class WinDivertBatch extends PacketBatch {
    /** One packet of the greatest size (40 + 65,535) and some 130 of an Ethernet's; every call has the whole of it locked in memory. */
    static final int PACKET_BYTES = 256 << 10;
    static final int GREATEST_PACKET = 65_575;
    private static final int RECORDS_BYTES = WinDivertAddress.MOST * WinDivertAddress.BYTES;
    private static final int TCP = 6;
    private static final int UDP = 17;

    /** {@code OVERLAPPED}: status (8), transferred (8), offset (8), event (8). */
    private static final int OVERLAPPED = 0;
    private static final int EVENT = 24;
    private static final int RECORD_BYTES = 32;
    private static final int RECEIVED = 36;
    private static final int CONTROL_BYTES = 40;

    private final ByteBuffer packets;
    private final ByteBuffer records = NativeMemory.allocate(RECORDS_BYTES);
    private final ByteBuffer control = NativeMemory.allocate(CONTROL_BYTES);
    private final long packetsAt;
    private final long recordsAt = NativeMemory.addressOf(records);
    private final long controlAt = NativeMemory.addressOf(control);
    private int restOffset;
    private int restBytes;
    private int restRecords;

    WinDivertBatch() {
        this(ByteBuffer.allocateDirect(PACKET_BYTES).order(ByteOrder.BIG_ENDIAN));
    }

    private WinDivertBatch(ByteBuffer packets) {
        super(packets, WinDivertAddress.MOST);
        this.packets = packets;
        packetsAt = NativeMemory.addressOf(packets);
    }

    /** Makes the structures ready for a receive that sets {@code event} when it completes. */
    void prepare(long event) {
        for (int i = 0; i < EVENT; i += 8) {
            control.putLong(i, 0);
        }
        control.putLong(EVENT, event);
        control.putInt(RECORD_BYTES, RECORDS_BYTES);
        control.putInt(RECEIVED, 0);
    }

    /** What a receive left in {@code from} becomes the content of this batch; {@link #split} comes next. */
    void take(WinDivertBatch from) {
        int bytes = from.control.getInt(RECEIVED);
        int recordBytes = from.control.getInt(RECORD_BYTES);
        packets.put(0, from.packets, 0, bytes);
        records.put(0, from.records, 0, recordBytes);
        control.putInt(RECEIVED, bytes);
        control.putInt(RECORD_BYTES, recordBytes);
    }

    /**
     * Appends what was received, packet by packet as their IP headers say. One that cannot be what its header says ends it: it and what is behind it
     * is the {@link #restBytes rest}, for nobody can tell where in it a packet begins.
     */
    void split(long nowNs) {
        clear(nowNs);
        int received = control.getInt(RECEIVED);
        int count = control.getInt(RECORD_BYTES) / WinDivertAddress.BYTES;
        int at = 0;
        int record = 0;
        while (record < count) {
            int length = packetLength(at, received - at);
            if (length == 0) {
                break;
            }
            int recordAt = record * WinDivertAddress.BYTES;
            int flags = WinDivertAddress.packetFlags(WinDivertAddress.flags(records, recordAt), transportChecksum(at));
            add(at, length, flags, WinDivertAddress.interfaceIndex(records, recordAt), WinDivertAddress.subInterfaceIndex(records, recordAt));
            at += length;
            record++;
        }
        restOffset = at;
        restBytes = received - at;
        restRecords = count - record;
    }

    /** @return 0 if the bytes cannot begin a packet that ends within them */
    private int packetLength(int at, int left) {
        if (left < 20) {
            return 0;
        }
        int version = packets.get(at) >> 4 & 15;
        int length;
        int least;
        if (version == 4) {
            length = packets.getShort(at + 2) & 0xffff; // RFC 791: total length
            least = 20;
        } else if (version == 6) {
            length = 40 + (packets.getShort(at + 4) & 0xffff); // RFC 8200: payload length
            least = 40;
        } else {
            return 0;
        }
        return length < least || length > left ? 0 : length;
    }

    /** Which checksum bit speaks of this packet; both where extension headers hide the protocol. */
    private int transportChecksum(int at) {
        int protocol = packets.get((packets.get(at) & 0xf0) == 0x40 ? at + 9 : at + 6) & 0xff;
        return switch (protocol) {
            case TCP -> WinDivertAddress.TCP_CHECKSUM;
            case UDP -> WinDivertAddress.UDP_CHECKSUM;
            default -> WinDivertAddress.TCP_CHECKSUM | WinDivertAddress.UDP_CHECKSUM;
        };
    }

    /** Bytes behind the last packet that {@link #split} understood; usually 0. */
    int restBytes() {
        return restBytes;
    }

    /** Records that belong to the rest. */
    int restRecords() {
        return restRecords;
    }

    long restAt() {
        return packetsAt + restOffset;
    }

    /** The rest has been sent. */
    void forgetRest() {
        restBytes = 0;
        restRecords = 0;
    }

    /** For a packet whose bytes the stages changed. */
    void writeRoute(int packet) {
        WinDivertAddress.rerouted(records, packet * WinDivertAddress.BYTES, has(packet, PacketFlags.OUTBOUND), interfaceIndex(packet),
            subInterfaceIndex(packet));
    }

    long packetAt(int packet) {
        return packetsAt + offset(packet);
    }

    long packetsAt() {
        return packetsAt;
    }

    long recordAt(int record) {
        return recordsAt + (long) record * WinDivertAddress.BYTES;
    }

    long recordBytesAt() {
        return controlAt + RECORD_BYTES;
    }

    long receivedAt() {
        return controlAt + RECEIVED;
    }

    long overlappedAt() {
        return controlAt + OVERLAPPED;
    }

    /** The records, for tests and for copies of one. */
    ByteBuffer records() {
        return records;
    }
}
