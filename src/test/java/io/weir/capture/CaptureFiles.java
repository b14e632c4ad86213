package io.weir.capture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds capture files byte by byte in either byte order, and reads whole files. */
final class CaptureFiles {
    private final ByteBuffer out;

    private CaptureFiles(ByteOrder order) {
        out = ByteBuffer.allocate(1 << 20).order(order);
    }

    static CaptureFiles pcap(ByteOrder order, boolean nanoseconds, int linkType) {
        CaptureFiles file = new CaptureFiles(order);
        file.out.putInt(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65_535).putInt(linkType);
        return file;
    }

    CaptureFiles record(long seconds, long fraction, byte[] data, int originalLength) {
        out.putInt((int) seconds).putInt((int) fraction).putInt(data.length).putInt(originalLength).put(data);
        return this;
    }

    CaptureFiles record(long seconds, long fraction, byte[] data) {
        return record(seconds, fraction, data, data.length);
    }

    static CaptureFiles pcapng(ByteOrder order) {
        return new CaptureFiles(order).section(order);
    }

    /** A new section, perhaps in another byte order. */
    CaptureFiles section(ByteOrder order) {
        out.order(order);
        return block(0x0a0d0d0a, body().putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1));
    }

    CaptureFiles describe(int linkType, int snapLength, ByteBuffer... options) {
        ByteBuffer body = body().putShort((short) linkType).putShort((short) 0).putInt(snapLength);
        for (ByteBuffer option : options) {
            body.put(option);
        }
        return block(1, body);
    }

    CaptureFiles enhanced(int interfaceIndex, long ticks, byte[] data, int originalLength, ByteBuffer... options) {
        ByteBuffer body = body().putInt(interfaceIndex).putInt((int) (ticks >>> 32)).putInt((int) ticks).putInt(data.length).putInt(originalLength);
        padded(body, data);
        for (ByteBuffer option : options) {
            body.put(option);
        }
        return block(6, body);
    }

    CaptureFiles simple(byte[] data, int originalLength) {
        return block(3, padded(body().putInt(originalLength), data));
    }

    CaptureFiles obsolete(int interfaceIndex, long ticks, byte[] data) {
        ByteBuffer body = body().putShort((short) interfaceIndex).putShort((short) 7).putInt((int) (ticks >>> 32)).putInt((int) ticks);
        return block(2, padded(body.putInt(data.length).putInt(data.length), data));
    }

    ByteBuffer option(int code, byte... value) {
        ByteBuffer option = ByteBuffer.allocate(4 + (value.length + 3 & ~3)).order(out.order());
        option.putShort((short) code).putShort((short) value.length).put(value);
        return option.rewind();
    }

    ByteBuffer option(int code, String text) {
        return option(code, text.getBytes(StandardCharsets.UTF_8));
    }

    /** An option of one number in the file's byte order. */
    ByteBuffer option(int code, int value) {
        return option(code, ByteBuffer.allocate(4).order(out.order()).putInt(value).array());
    }

    CaptureFiles block(int type, ByteBuffer body) {
        int total = body.position() + 12;
        out.putInt(type).putInt(total).put(body.flip()).putInt(total);
        return this;
    }

    ByteBuffer body() {
        return ByteBuffer.allocate(1 << 17).order(out.order());
    }

    private static ByteBuffer padded(ByteBuffer body, byte[] data) {
        return body.put(data).put(new byte[-data.length & 3]);
    }

    int length() {
        return out.position();
    }

    byte[] bytes() {
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    static CaptureReader open(byte[] file) throws IOException {
        return CaptureReader.open(new ByteArrayInputStream(file), "test.pcap");
    }

    static List<CapturedPacket> read(byte[] file) throws IOException {
        List<CapturedPacket> packets = new ArrayList<>();
        try (CaptureReader reader = open(file)) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
            }
        }
        return packets;
    }
}
