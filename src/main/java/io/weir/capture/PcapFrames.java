package io.weir.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Records of a pcap file (draft-ietf-opsawg-pcap): a header of 24 bytes, then packets of a 16-byte header and data, in the writer's byte order. */
final class PcapFrames implements FrameSource {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final long SECOND_NS = 1_000_000_000L;

    private final CaptureInput in;
    private final ByteOrder order;
    private final int fractionNs;
    private final int linkType;

    private PcapFrames(CaptureInput in, ByteOrder order, int fractionNs, int linkType) {
        this.in = in;
        this.order = order;
        this.fractionNs = fractionNs;
        this.linkType = linkType;
    }

    /** Reads the rest of the file header. @return null if {@code magic}, the first four bytes in big-endian order, is not pcap's */
    static PcapFrames open(CaptureInput in, int magic) throws IOException {
        int swapped = Integer.reverseBytes(magic);
        boolean bigEndian = magic == MICROSECONDS || magic == NANOSECONDS;
        if (!bigEndian && swapped != MICROSECONDS && swapped != NANOSECONDS) {
            return null;
        }
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer header = in.read(20, order, "the file header", 0);
        int major = header.getShort(0) & 0xffff;
        if (major != 2) {
            throw in.damage(4, "pcap version " + major + " is not known; 2 is");
        }
        int linkType = header.getInt(16) & 0xffff; // the upper bits tell of a frame check sequence
        boolean nanoseconds = magic == NANOSECONDS || swapped == NANOSECONDS;
        if (!LinkLayer.isKnown(linkType)) {
            throw in.damage(20, LinkLayer.unknown(linkType));
        }
        return new PcapFrames(in, order, nanoseconds ? 1 : 1000, linkType);
    }

    @Override
    public Frame next() throws IOException {
        long begin = in.position();
        ByteBuffer header = in.readOrEnd(16, order, "a packet's header", begin);
        if (header == null) {
            return null;
        }
        long timeNs = (header.getInt(0) & 0xffff_ffffL) * SECOND_NS + (header.getInt(4) & 0xffff_ffffL) * fractionNs;
        int length = in.length(header.getInt(8) & 0xffff_ffffL, "a packet", begin);
        byte[] data = in.read(length, order, "a packet of " + length + " bytes", begin).array();
        return new Frame(begin, timeNs, linkType, data, header.getInt(12) & 0xffff_ffffL, Direction.UNKNOWN, 0, "");
    }
}
