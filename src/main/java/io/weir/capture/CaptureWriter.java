package io.weir.capture;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes IP packets as a pcapng file of one section and one RAW interface, times in nanoseconds, with direction and, where given, a comment for
 * each packet ({@link OwnerComment}). Not thread-safe.
 */
public final class CaptureWriter implements Closeable {
    private static final int USER_APPLICATION = 4;
    private static final int TIME_RESOLUTION = 9;
    private static final byte NANOSECONDS = 9;
    private static final int ENHANCED_PACKET_FIELDS = 20;
    /** An option's length has 16 bits; nobody reads a longer comment anyway. */
    private static final int LONGEST_COMMENT = 1024;

    private final OutputStream out;

    /** Begins the file on {@code out}, which is closed with this writer. */
    public CaptureWriter(OutputStream out) throws IOException {
        this.out = new BufferedOutputStream(out, 1 << 16);
        writeSectionHeader();
        writeInterface();
    }

    /** Creates the file or empties it. */
    public static CaptureWriter create(Path file) throws IOException {
        return new CaptureWriter(Files.newOutputStream(file));
    }

    /**
     * Appends one packet.
     *
     * @param timeNs  nanoseconds since 1970
     * @param comment null: none; cut after 1024 bytes
     */
    public void write(long timeNs, ByteBuffer buffer, int offset, int length, boolean outbound, String comment) throws IOException {
        byte[] text = comment == null ? new byte[0] : utf8(comment);
        int optionsLength = 8 + (text.length == 0 ? 0 : 4 + padded(text.length)) + 4;
        ByteBuffer body = ByteBuffer.allocate(ENHANCED_PACKET_FIELDS + padded(length) + optionsLength);
        body.putInt(0).putInt((int) (timeNs >>> 32)).putInt((int) timeNs).putInt(length).putInt(length);
        buffer.get(offset, body.array(), body.position(), length);
        body.position(body.position() + padded(length));
        putOption(body, PcapngOptions.PACKET_FLAGS, 4).putInt(outbound ? PcapngOptions.FLAG_OUTBOUND : PcapngOptions.FLAG_INBOUND);
        if (text.length > 0) {
            putOption(body, PcapngOptions.COMMENT, text.length).put(text);
        }
        writeBlock(PcapngFrames.ENHANCED_PACKET, body.array());
    }

    private static byte[] utf8(String comment) {
        byte[] bytes = comment.getBytes(StandardCharsets.UTF_8);
        int end = Math.min(bytes.length, LONGEST_COMMENT);
        while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
            end--; // not in the middle of a character
        }
        return Arrays.copyOf(bytes, end);
    }

    private void writeSectionHeader() throws IOException {
        byte[] name = "weir".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer body = ByteBuffer.allocate(16 + 4 + padded(name.length) + 4);
        body.putInt(PcapngFrames.BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1); // version 1.0, length not stated
        putOption(body, USER_APPLICATION, name.length).put(name);
        writeBlock(PcapngFrames.SECTION_HEADER, body.array());
    }

    private void writeInterface() throws IOException {
        ByteBuffer body = ByteBuffer.allocate(8 + 8 + 4);
        body.putShort((short) LinkLayer.RAW).putShort((short) 0).putInt(0);
        putOption(body, TIME_RESOLUTION, 1).put(NANOSECONDS);
        writeBlock(PcapngFrames.INTERFACE_DESCRIPTION, body.array());
    }

    private static ByteBuffer putOption(ByteBuffer body, int code, int length) {
        return body.putShort((short) code).putShort((short) length);
    }

    private void writeBlock(int type, byte[] body) throws IOException {
        int total = body.length + 12;
        out.write(ByteBuffer.allocate(8).putInt(type).putInt(total).array());
        out.write(body);
        out.write(ByteBuffer.allocate(4).putInt(total).array());
    }

    private static int padded(int length) {
        return length + 3 & ~3;
    }

    /** Makes what has been written so far a whole capture file for others to read. */
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
