package io.weir.linux.process;

import io.weir.linux.libc.LibC;
import io.weir.process.Owner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** {@link ProcessTable} on the real /proc. Every answer costs one system call on a path relative to a folder held open. */
final class ProcFs implements ProcessTable {
    private static final int OUT_CAPACITY = 32768;
    private static final int STATX_UID = 8;
    private static final int STATX_USER_OFFSET = 20;
    private static final byte[] NOTHING = {};

    private final NativeBuffer path = new NativeBuffer(64);
    private final NativeBuffer out = new NativeBuffer(OUT_CAPACITY);

    @Override
    public void listProcesses(IntList to) {
        listNumbers(LibC.AT_CURRENT_FOLDER, "/proc", to);
    }

    @Override
    public void listFiles(int folder, IntList to) {
        listNumbers(folder, "fd", to);
    }

    private void listNumbers(int folder, String name, IntList to) {
        path.terminate(path.putText(0, name));
        int directory = LibC.openat(folder, path.address(), LibC.OPEN_READ_CLOSE_ON_EXEC, 0);
        if (directory < 0) {
            return;
        }
        try {
            long length;
            while ((length = LibC.syscall(LibC.GETDENTS64, directory, out.address(), OUT_CAPACITY)) > 0) {
                ProcText.addNumbers(out.bytes(), (int) length, to);
            }
        } finally {
            LibC.close(directory);
        }
    }

    @Override
    public int newestNumber() {
        int length = readFile(LibC.AT_CURRENT_FOLDER, "/proc/loadavg");
        return length <= 0 ? 0 : ProcText.lastNumber(out.bytes(), length);
    }

    @Override
    public boolean isProcess(int number) {
        // /proc/TID opens for threads too, though /proc does not list it; pidfd_open wants a process.
        long handle = LibC.syscall(LibC.PIDFD_OPEN, number, 0, 0);
        if (handle < 0) {
            return false;
        }
        LibC.close((int) handle);
        return true;
    }

    @Override
    public int user(int pid) {
        putProcess(pid);
        if (LibC.statx(LibC.AT_CURRENT_FOLDER, path.address(), 0, STATX_UID, out.address()) != 0) {
            return -1;
        }
        return out.bytes().getInt(STATX_USER_OFFSET);
    }

    @Override
    public int open(int pid) {
        putProcess(pid);
        return LibC.openat(LibC.AT_CURRENT_FOLDER, path.address(), LibC.OPEN_READ_CLOSE_ON_EXEC, 0);
    }

    private void putProcess(int pid) {
        path.terminate(path.putDecimal(path.putText(0, "/proc/"), pid));
    }

    @Override
    public void close(int folder) {
        LibC.close(folder);
    }

    @Override
    public long socket(int folder, int file) {
        path.terminate(path.putDecimal(path.putText(0, "fd/"), file));
        int length = readLink(folder);
        return length < 0 ? NO_FILE : ProcText.socketInode(out.bytes(), 0, length);
    }

    @Override
    public boolean runs(int folder, byte[] image) {
        path.terminate(path.putText(0, "exe"));
        int length = readLink(folder);
        if (length < 0) {
            // Hidden for good, or gone: a process without a readable image is known by its command name, which outlives it by no reading.
            return image.length == 0 && readFile(folder, "comm") > 0;
        }
        if (length != image.length) {
            return false;
        }
        ByteBuffer bytes = out.bytes();
        for (int i = length - 1; i >= 0; i--) {
            if (bytes.get(i) != image[i]) {
                return false;
            }
        }
        return true;
    }

    private int readLink(int folder) {
        return (int) LibC.readlinkat(folder, path.address(), out.address(), OUT_CAPACITY);
    }

    @Override
    public ProcessFacts facts(int folder) {
        path.terminate(path.putText(0, "exe"));
        int linkLength = readLink(folder);
        byte[] image = linkLength <= 0 ? NOTHING : out.copy(0, linkLength);
        int length = readFile(folder, "stat");
        StatLine line = length <= 0 ? null : StatLine.parse(out.copy(0, length));
        if (line == null) {
            return null;
        }
        length = readFile(folder, "cmdline");
        String commandLine = length <= 0 ? "" : ProcText.commandLine(out.copy(0, Math.min(length, Owner.MOST_COMMAND_LINE)));
        return new ProcessFacts(line.pid(), line.parent(), line.startTime(), line.command(), image, name(line.parent()), commandLine);
    }

    /** The last part of the image's path, or the command name where that may not be read; empty when there is no such process. */
    private String name(int pid) {
        int folder = pid > 0 ? open(pid) : -1;
        if (folder < 0) {
            return "";
        }
        try {
            path.terminate(path.putText(0, "exe"));
            int length = readLink(folder);
            if (length > 0) {
                return new ProcessFacts(pid, 0, 0, "", out.copy(0, length)).name();
            }
            length = readFile(folder, "comm");
            return length <= 0 ? "" : new String(out.copy(0, length), StandardCharsets.UTF_8).trim();
        } finally {
            close(folder);
        }
    }

    /** Reads the beginning of a file into {@link #out}. @return its length there, -1 when it cannot be read */
    private int readFile(int folder, String name) {
        path.terminate(path.putText(0, name));
        int file = LibC.openat(folder, path.address(), LibC.OPEN_READ_CLOSE_ON_EXEC, 0);
        if (file < 0) {
            return -1;
        }
        try {
            return (int) LibC.read(file, out.address(), OUT_CAPACITY);
        } finally {
            LibC.close(file);
        }
    }
}
