package io.weir.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The C functions needed here, by JNA direct mapping with int and long arguments only: no object is made for a call.
 * Sizes and addresses are longs, so only 64-bit systems are served.
 */
final class LibC {
    static final int AT_CURRENT_FOLDER = -100;
    static final int OPEN_READ_CLOSE_ON_EXEC = 0x80000;

    /** Numbers of system calls; those from 424 on are the same on all architectures. */
    static final long GETDENTS64 = Platform.isARM() ? 61 : 217;
    static final long BPF = Platform.isARM() ? 280 : 321;
    static final long FSOPEN = 430;
    static final long FSCONFIG = 431;
    static final long FSMOUNT = 432;
    static final long PIDFD_OPEN = 434;

    static {
        Native.register(LibC.class, "c");
    }

    private LibC() {
    }

    static native int socket(int domain, int type, int protocol);

    static native int getsockopt(int socket, int level, int option, long value, long length);

    static native long send(int socket, long buffer, long length, int flags);

    static native long recv(int socket, long buffer, long length, int flags);

    static native int openat(int folder, long path, int flags, int mode);

    static native int close(int file);

    static native long read(int file, long buffer, long length);

    static native long readlinkat(int folder, long path, long buffer, long length);

    static native int statx(int folder, long path, int flags, int mask, long buffer);

    /** For the calls that an older glibc has no name for. */
    static native long syscall(long number, long first, long second, long third);

    static native long syscall(long number, long first, long second, long third, long fourth, long fifth);

    static native int getpwuid_r(int uid, long record, long buffer, long length, long result);

    /** errno of the calling thread's last call. */
    static int lastError() {
        return Native.getLastError();
    }
}
