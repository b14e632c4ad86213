package io.weir.windows.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Memory that Windows reads and writes: a direct buffer, little-endian as Windows is, and its address. It grows and never shrinks. */
final class NativeBuffer {
    private ByteBuffer bytes;
    private long address;

    NativeBuffer(int capacity) {
        allocate(capacity);
    }

    private void allocate(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    /** Forgets what was in it where it must grow. */
    void reserve(int capacity) {
        if (capacity > bytes.capacity()) {
            allocate(capacity);
        }
    }

    ByteBuffer bytes() {
        return bytes;
    }

    /** Of the memory as it is now; another after it has grown. */
    long address() {
        return address;
    }

    int capacity() {
        return bytes.capacity();
    }

    /** Where an address that Windows put into this memory points to, as an index; -1 when it points elsewhere. */
    int indexOf(long pointer) {
        long index = pointer - address;
        return index >= 0 && index < bytes.capacity() ? (int) index : -1;
    }

    /** UTF-16 text of {@code length} bytes, cut at the end of the memory. */
    String text(int at, int length) {
        int kept = Math.max(0, Math.min(length, bytes.capacity() - at)) & ~1;
        byte[] copy = new byte[kept];
        bytes.get(at, copy);
        return new String(copy, StandardCharsets.UTF_16LE);
    }

    /** UTF-16 text up to its zero character. */
    String textToZero(int at) {
        int end = at;
        while (end + 1 < bytes.capacity() && bytes.getShort(end) != 0) {
            end += 2;
        }
        return text(at, end - at);
    }

    /** The text of a UNICODE_STRING (length 2, capacity 2, 4 unused, address 8); empty when it lies elsewhere. */
    String unicodeString(int at) {
        int text = indexOf(bytes.getLong(at + 8));
        return text < 0 ? "" : text(text, Short.toUnsignedInt(bytes.getShort(at)));
    }

    /** Writes UTF-16 text and its zero character. @return the address of the text */
    long putText(int at, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_16LE);
        reserve(at + encoded.length + 2);
        bytes.put(at, encoded).putShort(at + encoded.length, (short) 0);
        return address + at;
    }
}
