package io.weir.linux.pipe;

import com.sun.jna.Native;
import io.weir.upstream.PipeSizer;

/** Sizes pipes by fcntl(2); the kernel bounds what a user may ask for (/proc/sys/fs/pipe-max-size, root excepted). */
public final class LinuxPipes implements PipeSizer {
    private static final int F_SETPIPE_SZ = 1031;

    static {
        Native.register(LinuxPipes.class, "c");
    }

    private static native int fcntl(int file, int command, int argument);

    @Override
    public int enlarge(int fileDescriptor, int bytes) {
        return fcntl(fileDescriptor, F_SETPIPE_SZ, bytes);
    }
}
