package io.weir.capture;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Records of a pcapng file (draft-ietf-opsawg-pcapng): sections of blocks, each section in a byte order of its own. Packet blocks of all three
 * kinds are read; blocks that hold no packets are skipped.
 */
final class PcapngFrames implements FrameSource {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int INTERFACE_DESCRIPTION = 1;
    static final int ENHANCED_PACKET = 6;
    static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int OBSOLETE_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;

    private final CaptureInput in;
    private final List<PcapngInterface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.BIG_ENDIAN;
    private long blockBegin;
    private long lastTimeNs;

    /** The first block's type has been read already. */
    PcapngFrames(CaptureInput in) throws IOException {
        this.in = in;
        readBlock(SECTION_HEADER);
    }

    @Override
    public Frame next() throws IOException {
        while (true) {
            blockBegin = in.position();
            ByteBuffer type = in.readOrEnd(4, order, "a block's type", blockBegin);
            if (type == null) {
                return null;
            }
            Frame frame = readBlock(type.getInt(0));
            if (frame != null) {
                return frame;
            }
        }
    }

    private Frame readBlock(int type) throws IOException {
        ByteBuffer length = in.read(4, order, "a block's length", blockBegin);
        int consumed = 8;
        if (type == SECTION_HEADER) { // reads the same in either byte order
            int magic = in.read(4, ByteOrder.BIG_ENDIAN, "a section's header", blockBegin).getInt(0);
            if (magic != BYTE_ORDER_MAGIC && Integer.reverseBytes(magic) != BYTE_ORDER_MAGIC) {
                throw in.damage(blockBegin + 8, "a section's byte-order magic is neither 1a2b3c4d nor 4d3c2b1a");
            }
            order = magic == BYTE_ORDER_MAGIC ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            interfaces.clear();
            consumed += 4;
        }
        int total = in.length(length.order(order).getInt(0) & 0xffff_ffffL, "a block", blockBegin);
        if (total % 4 != 0 || total < consumed + 4) {
            throw in.damage(blockBegin + 4, "a block cannot be " + total + " bytes long");
        }
        ByteBuffer body = in.read(total - consumed - 4, order, "a block of " + total + " bytes", blockBegin);
        int repeated = in.read(4, order, "a block of " + total + " bytes", blockBegin).getInt(0);
        if (repeated != total) {
            throw in.damage(blockBegin, "a block says at its begin that it has " + total + " bytes, at its end " + (repeated & 0xffff_ffffL));
        }
        try {
            return interpret(type, body);
        } catch (BufferUnderflowException tooShort) {
            throw in.damage(blockBegin, "a block of type " + type + " is too short for what it must hold");
        }
    }

    private Frame interpret(int type, ByteBuffer body) throws IOException {
        switch (type) {
            case SECTION_HEADER -> {
                int major = body.getShort() & 0xffff;
                if (major != 1) {
                    throw in.damage(blockBegin + 12, "pcapng version " + major + " is not known; 1 is");
                }
            }
            case INTERFACE_DESCRIPTION -> interfaces.add(PcapngInterface.read(body));
            case ENHANCED_PACKET -> {
                return packet(body, body.getInt());
            }
            case OBSOLETE_PACKET -> {
                int interfaceIndex = body.getShort() & 0xffff;
                body.getShort(); // drop count
                return packet(body, interfaceIndex);
            }
            case SIMPLE_PACKET -> {
                return simplePacket(body);
            }
            default -> {
            }
        }
        return null;
    }

    private Frame packet(ByteBuffer body, int interfaceIndex) throws IOException {
        PcapngInterface origin = origin(interfaceIndex);
        long ticks = (body.getInt() & 0xffff_ffffL) << 32 | body.getInt() & 0xffff_ffffL;
        long length = body.getInt() & 0xffff_ffffL;
        long originalLength = body.getInt() & 0xffff_ffffL;
        byte[] data = data(body, length);
        lastTimeNs = origin.timeNs(ticks);
        PcapngOptions options = PcapngOptions.read(body);
        return new Frame(blockBegin, lastTimeNs, origin.linkType(), data, originalLength, options.direction(), interfaceIndex, options.comment());
    }

    /** Has no time: it is given the time of the packet before it. */
    private Frame simplePacket(ByteBuffer body) throws IOException {
        PcapngInterface origin = origin(0);
        long originalLength = body.getInt() & 0xffff_ffffL;
        long length = origin.snapLength() == 0 ? originalLength : Math.min(originalLength, origin.snapLength());
        return new Frame(blockBegin, lastTimeNs, origin.linkType(), data(body, length), originalLength, Direction.UNKNOWN, 0, "");
    }

    private PcapngInterface origin(int interfaceIndex) throws CaptureException {
        if (interfaceIndex < 0 || interfaceIndex >= interfaces.size()) {
            throw in.damage(blockBegin, "a packet is of interface " + (interfaceIndex & 0xffff_ffffL) + ", but the section has described "
                    + interfaces.size());
        }
        PcapngInterface origin = interfaces.get(interfaceIndex);
        if (!LinkLayer.isKnown(origin.linkType())) {
            throw in.damage(blockBegin, LinkLayer.unknown(origin.linkType()));
        }
        return origin;
    }

    private byte[] data(ByteBuffer body, long length) throws CaptureException {
        if (length > body.remaining()) {
            throw in.damage(blockBegin, "a packet claims " + length + " bytes, its block has " + body.remaining() + " left");
        }
        byte[] data = new byte[(int) length];
        body.get(data);
        body.position(Math.min(body.limit(), body.position() + (-data.length & 3)));
        return data;
    }
}
