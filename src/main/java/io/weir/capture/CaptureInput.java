package io.weir.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A stream that knows how far it has been read, so that whatever is wrong can be said with its place. */
final class CaptureInput implements Closeable {
    /** Longer records and blocks are taken for damage; libpcap's limit for packets is 262,144. */
    static final int LONGEST_RECORD = 1 << 20;

    private final InputStream in;
    private final String file;
    private long position;

    CaptureInput(InputStream in, String file) {
        this.in = in;
        this.file = file;
    }

    long position() {
        return position;
    }

    /** The next {@code count} bytes; null if the file ends exactly here. {@code what} began at byte {@code begin}. */
    ByteBuffer readOrEnd(int count, ByteOrder order, String what, long begin) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length == 0 && count > 0) {
            return null;
        }
        return complete(bytes, count, order, what, begin);
    }

    /** The next {@code count} bytes, which must be there. */
    ByteBuffer read(int count, ByteOrder order, String what, long begin) throws IOException {
        return complete(in.readNBytes(count), count, order, what, begin);
    }

    private ByteBuffer complete(byte[] bytes, int count, ByteOrder order, String what, long begin) throws CaptureException {
        position += bytes.length;
        if (bytes.length < count) {
            throw damage(begin, what + " is torn: the file ends at byte " + position + ", " + (count - bytes.length) + " bytes short");
        }
        return ByteBuffer.wrap(bytes).order(order);
    }

    /** An unsigned length field that must not be longer than {@link #LONGEST_RECORD}. */
    int length(long value, String what, long begin) throws CaptureException {
        if (value > LONGEST_RECORD) {
            throw damage(begin, what + " claims to be " + value + " bytes long; more than " + LONGEST_RECORD + " is taken for damage");
        }
        return (int) value;
    }

    CaptureException damage(long offset, String problem) {
        return new CaptureException(file, offset, problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
