package io.weir.linux.nfqueue;

import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A batch whose slots hold whole queue messages as the kernel wrote them. A verdict is built over the message it answers: one without payload at the
 * slot's beginning, one with payload ending in the packet where it lies, so that no byte of a packet is ever copied.
 */
final class NfqueueBatch extends PacketBatch {
    static final int SLOTS = 64;
    /** The largest payload (65531), its headers and attributes, and room to round up. */
    static final int SLOT_BYTES = 70_016;
    private static final int VERDICT_BYTES = QueueMessages.HEADERS + 12;
    private static final int MARK_BYTES = 8;

    private final ByteBuffer bytes;
    private final ByteBuffer words;
    private final long address;
    private final int[] slot = new int[SLOTS];
    private final int[] packetId = new int[SLOTS];
    private final int[] mark = new int[SLOTS];
    private final int[] queue = new int[SLOTS];

    NfqueueBatch() {
        this(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES).order(ByteOrder.BIG_ENDIAN));
    }

    private NfqueueBatch(ByteBuffer bytes) {
        super(bytes, SLOTS);
        this.bytes = bytes;
        words = bytes.duplicate().order(ByteOrder.nativeOrder());
        address = LibC.addressOf(bytes);
    }

    /** Native address of a slot. */
    long slotAddress(int index) {
        return address + (long) index * SLOT_BYTES;
    }

    /** Reads the message of {@code length} bytes in a slot and appends its packet. @return false if it is no packet */
    boolean accept(int index, int length) {
        int start = index * SLOT_BYTES;
        if (length < QueueMessages.HEADERS || words.getShort(start + 4) != QueueMessages.PACKET) {
            return false;
        }
        int end = start + Math.min(length, words.getInt(start));
        int id = 0;
        boolean identified = false;
        int packetMark = 0;
        int outgoing = 0;
        int skb = 0;
        int payload = start;
        int payloadLength = 0;
        int at = start + QueueMessages.HEADERS;
        while (at + QueueMessages.ATTRIBUTE_HEADER <= end) {
            int attributeLength = words.getShort(at) & 0xffff;
            if (attributeLength < QueueMessages.ATTRIBUTE_HEADER || attributeLength > end - at) {
                break;
            }
            int value = at + QueueMessages.ATTRIBUTE_HEADER;
            switch (words.getShort(at + 2) & 0x3fff) {
                case QueueMessages.PACKET_HEADER -> {
                    id = bytes.getInt(value);
                    identified = attributeLength >= 8;
                }
                case QueueMessages.MARK -> packetMark = bytes.getInt(value);
                case QueueMessages.OUTGOING_INTERFACE -> outgoing = bytes.getInt(value);
                case QueueMessages.SKB_INFO -> skb = bytes.getInt(value);
                case QueueMessages.PAYLOAD -> {
                    payload = value;
                    payloadLength = attributeLength - QueueMessages.ATTRIBUTE_HEADER;
                }
                default -> { }
            }
            at += QueueMessages.aligned(attributeLength);
        }
        if (!identified) {
            return false;
        }
        int packet = add(payload, payloadLength, flagsOf(skb), outgoing, 0);
        slot[packet] = start;
        packetId[packet] = id;
        mark[packet] = packetMark;
        queue[packet] = bytes.getShort(start + 18) & 0xffff;
        return true;
    }

    /** Locally made packets: the IP header sum is there, the transport sum only where the stack has not left it to offload. */
    private static int flagsOf(int skb) {
        int flags = PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID;
        if ((skb & QueueMessages.SKB_CHECKSUM_NOT_READY) == 0) {
            flags |= PacketFlags.TRANSPORT_CHECKSUM_VALID;
        }
        return (skb & QueueMessages.SKB_GSO) != 0 ? flags | PacketFlags.SEGMENTATION_PENDING : flags;
    }

    int queue(int index) {
        return queue[index];
    }

    /** Writes a verdict that leaves the packet as it is. @return where it begins */
    int plainVerdict(int index, int verdict) {
        return verdict(index, slot[index], verdict, VERDICT_BYTES);
    }

    /** Writes a verdict that leaves the bytes alone and sets mark bits. @return where it begins */
    int markingVerdict(int index, int verdict, int markBits) {
        int start = slot[index];
        attributeMark(start + VERDICT_BYTES, mark[index] | markBits);
        return verdict(index, start, verdict, VERDICT_BYTES + MARK_BYTES);
    }

    /** Writes a verdict that hands the bytes back, and sets a mark bit if {@code markBit} is not 0. @return where it begins */
    int payloadVerdict(int index, int verdict, int markBit) {
        int payload = offset(index);
        int length = length(index);
        int attribute = payload - QueueMessages.ATTRIBUTE_HEADER;
        words.putShort(attribute, (short) (QueueMessages.ATTRIBUTE_HEADER + length));
        words.putShort(attribute + 2, (short) QueueMessages.PAYLOAD);
        int start = attribute - VERDICT_BYTES;
        if (markBit != 0) {
            attributeMark(attribute - MARK_BYTES, mark[index] | markBit);
            start -= MARK_BYTES;
        }
        return verdict(index, start, verdict, payload + length - start);
    }

    private int verdict(int index, int start, int verdict, int length) {
        words.putInt(start, length);
        words.putShort(start + 4, (short) QueueMessages.VERDICT);
        words.putShort(start + 6, (short) QueueMessages.REQUEST);
        words.putLong(start + 8, 0);
        words.putShort(start + 16, (short) 0);
        bytes.putShort(start + 18, (short) queue[index]);
        words.putShort(start + 20, (short) 12);
        words.putShort(start + 22, (short) QueueMessages.VERDICT_HEADER);
        bytes.putInt(start + 24, verdict);
        bytes.putInt(start + 28, packetId[index]);
        return start;
    }

    private void attributeMark(int at, int value) {
        words.putShort(at, (short) MARK_BYTES);
        words.putShort(at + 2, (short) QueueMessages.MARK);
        bytes.putInt(at + 4, value);
    }

    /** Native address of a byte of the batch. */
    long address(int at) {
        return address + at;
    }

    /** Bytes of the message that begins at {@code start}, rounded up as netlink wants consecutive messages. */
    int messageBytes(int start) {
        return QueueMessages.aligned(words.getInt(start));
    }
}
