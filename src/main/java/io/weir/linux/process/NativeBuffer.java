package io.weir.linux.process;

import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;

/** Memory the kernel reads and writes: one direct buffer in native byte order, and its address. Freed with the object. */
final class NativeBuffer {
    private final ByteBuffer bytes;
    private final long address;

    NativeBuffer(int capacity) {
        bytes = LibC.memory(capacity);
        address = LibC.addressOf(bytes);
    }

    ByteBuffer bytes() {
        return bytes;
    }

    long address() {
        return address;
    }

    int capacity() {
        return bytes.capacity();
    }

    /** Writes ASCII text at {@code at} and returns the index behind it. */
    int putText(int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes.put(at + i, (byte) text.charAt(i));
        }
        return at + text.length();
    }

    /** Writes {@code number} (not negative) in decimal at {@code at} and returns the index behind it. */
    int putDecimal(int at, int number) {
        int end = at + 1;
        for (int rest = number / 10; rest != 0; rest /= 10) {
            end++;
        }
        int rest = number;
        for (int i = end - 1; i >= at; i--) {
            bytes.put(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return end;
    }

    /** Ends a C string. */
    void terminate(int at) {
        bytes.put(at, (byte) 0);
    }

    byte[] copy(int from, int length) {
        byte[] out = new byte[length];
        bytes.get(from, out);
        return out;
    }
}
