package io.weir.windows.divert;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Memory a native call may keep the address of: direct buffers do not move. It lives as long as the buffer is reachable. */
final class NativeMemory {

    private NativeMemory() {
    }

    /** Zeroed, little-endian as Windows is. */
    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** @throws IllegalArgumentException if the text is not ASCII, or holds a NUL */
    static ByteBuffer asciiz(String text) {
        ByteBuffer out = allocate(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || text.charAt(i) > 126) {
                throw new IllegalArgumentException("character " + (int) text.charAt(i) + " at " + i + " is not ASCII text");
            }
        }
        return out.put(0, text.getBytes(StandardCharsets.US_ASCII));
    }
}
