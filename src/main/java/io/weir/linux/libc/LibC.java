package io.weir.linux.libc;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * C functions by JNA direct mapping with int and long arguments only: a call makes no object. Sizes and addresses are longs, so only 64-bit systems
 * are served.
 */
public final class LibC {
    public static final int EPERM = 1;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int ENETDOWN = 100;
    public static final int ENOBUFS = 105;

    public static final int AT_CURRENT_FOLDER = -100;
    public static final int OPEN_READ_CLOSE_ON_EXEC = 0x80000;

    /** Numbers of system calls; those from 424 on are the same on all architectures. */
    public static final long GETDENTS64 = Platform.isARM() ? 61 : 217;
    public static final long BPF = Platform.isARM() ? 280 : 321;
    public static final long FSOPEN = 430;
    public static final long FSCONFIG = 431;
    public static final long FSMOUNT = 432;
    public static final long PIDFD_OPEN = 434;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {
    }

    public static native int socket(int domain, int type, int protocol);

    public static native int bind(int socket, long address, int length);

    public static native int getsockname(int socket, long address, long length);

    public static native int setsockopt(int socket, int level, int option, long value, int length);

    public static native int getsockopt(int socket, int level, int option, long value, long length);

    public static native long send(int socket, long bytes, long length, int flags);

    public static native long sendto(int socket, long bytes, long length, int flags, long address, int addressLength);

    public static native long recv(int socket, long bytes, long length, int flags);

    public static native long recvfrom(int socket, long bytes, long length, int flags, long address, long addressLength);

    public static native int recvmmsg(int socket, long messages, int count, int flags, long timeout);

    public static native int eventfd(int initial, int flags);

    public static native int poll(long descriptors, long count, int timeoutMs);

    public static native int openat(int folder, long path, int flags, int mode);

    public static native long read(int file, long bytes, long length);

    public static native long write(int file, long bytes, long length);

    public static native long writev(int file, long vectors, int count);

    public static native int close(int file);

    public static native long readlinkat(int folder, long path, long bytes, long length);

    public static native int statx(int folder, long path, int flags, int mask, long result);

    public static native int getpwuid_r(int uid, long record, long bytes, long length, long result);

    /** For the calls that an older glibc has no name for. */
    public static native long syscall(long number, long first, long second, long third);

    public static native long syscall(long number, long first, long second, long third, long fourth, long fifth);

    /** errno of the calling thread's last call. */
    public static int lastError() {
        return Native.getLastError();
    }

    /** Zeroed native memory in the machine's byte order; it lives as long as the buffer. */
    public static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    public static long addressOf(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }
}
