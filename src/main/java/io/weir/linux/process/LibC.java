package io.weir.linux.process;

import com.sun.jna.Native;

/**
 * The C functions needed here, by JNA direct mapping with int and long arguments only: no object is made for a call.
 * Sizes and addresses are longs, so only 64-bit systems are served.
 */
final class LibC {
    static final int AT_CURRENT_FOLDER = -100;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int OPEN_READ_CLOSE_ON_EXEC = 0x80000;
    static final int ERANGE = 34;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {
    }

    static native int socket(int domain, int type, int protocol);

    static native long send(int socket, long buffer, long length, int flags);

    static native long recv(int socket, long buffer, long length, int flags);

    static native int openat(int folder, long path, int flags, int mode);

    static native int close(int file);

    static native long read(int file, long buffer, long length);

    static native long lseek(int file, long offset, int from);

    static native long readlinkat(int folder, long path, long buffer, long length);

    static native int statx(int folder, long path, int flags, int mask, long buffer);

    /** Linux's own: reads directory entries. glibc has had it only since 2.30, so it goes by number through {@link #syscall}. */
    static native long syscall(long number, long first, long second, long third);

    static native int getpwuid_r(int uid, long record, long buffer, long length, long result);

    /** errno of the calling thread's last call. */
    static int lastError() {
        return Native.getLastError();
    }
}
