package io.weir.linux.sniff;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The C functions of the sniffing engine, mapped directly with integer arguments only: a call makes no object. 64-bit systems. */
final class LibC {
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int ENETDOWN = 100;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {
    }

    static native int socket(int domain, int type, int protocol);

    static native int bind(int socket, long address, int length);

    static native int setsockopt(int socket, int level, int option, long value, int length);

    static native int getsockopt(int socket, int level, int option, long value, long length);

    static native long recvfrom(int socket, long bytes, long length, int flags, long address, long addressLength);

    static native int eventfd(int initial, int flags);

    static native long read(int file, long bytes, long length);

    static native long write(int file, long bytes, long length);

    static native int poll(long descriptors, long count, int timeoutMs);

    static native int close(int file);

    /** errno of this thread's last call. */
    static int lastError() {
        return Native.getLastError();
    }

    /** Native memory in the machine's byte order. */
    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }
}
