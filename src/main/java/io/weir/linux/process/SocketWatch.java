package io.weir.linux.process;

import io.weir.linux.libc.LibC;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the kernel note who makes or connects a socket, by a BPF program at the root of the control groups, so that no search is needed afterwards.
 * The program belongs to this process: it is gone with it, however it ends. Reads by {@link #reader()}, one for each thread.
 */
final class SocketWatch implements AutoCloseable {
    private static final int CREATE_FILESYSTEM = 6;

    private static final int MAP_CREATE = 0;
    private static final int MAP_LOOKUP = 1;
    private static final int PROGRAM_LOAD = 5;
    private static final int LINK_CREATE = 28;
    private static final int LRU_HASH = 9;
    private static final int SOCKETS = 32768;
    /** Program type, place of attachment. */
    private static final int[][] PLACES = {{9, 2 /* socket made */}, {18, 10 /* IPv4 connect */}, {18, 11 /* IPv6 connect */}};

    private static final int ATTRIBUTES = 72;
    private static final int SOL_SOCKET = 1;
    private static final int SO_COOKIE = 57;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOSE_ON_EXEC = 2 | 0x80000;

    private final List<Integer> files = new ArrayList<>();
    private int map = -1;

    private SocketWatch() {
    }

    /** @throws IllegalStateException saying what this kernel, or this process's rights, do not allow */
    static SocketWatch start() {
        SocketWatch watch = new SocketWatch();
        try {
            watch.attach();
            watch.proveItself();
            return watch;
        } catch (IllegalStateException e) {
            watch.close();
            throw e;
        }
    }

    private void attach() {
        NativeBuffer attributes = new NativeBuffer(ATTRIBUTES);
        attributes.bytes().putInt(0, LRU_HASH).putInt(4, WatchProgram.KEY_LENGTH).putInt(8, WatchProgram.VALUE_LENGTH).putInt(12, SOCKETS);
        map = bpf(MAP_CREATE, attributes, "a map for sockets");
        int root = rootOfControlGroups();
        byte[] code = WatchProgram.writingTo(map);
        NativeBuffer instructions = new NativeBuffer(code.length);
        instructions.bytes().put(0, code);
        NativeBuffer licence = new NativeBuffer(8);
        licence.terminate(licence.putText(0, "GPL"));
        for (int[] place : PLACES) {
            NativeBuffer load = new NativeBuffer(ATTRIBUTES);
            load.bytes().putInt(0, place[0]).putInt(4, code.length / 8).putLong(8, instructions.address()).putLong(16, licence.address())
                .putInt(68, place[1]);
            int program = bpf(PROGRAM_LOAD, load, "the watching program");
            NativeBuffer link = new NativeBuffer(ATTRIBUTES);
            link.bytes().putInt(0, program).putInt(4, root).putInt(8, place[1]);
            bpf(LINK_CREATE, link, "the watch at the root of the control groups");
        }
    }

    private int bpf(int command, NativeBuffer attributes, String what) {
        return keep(LibC.syscall(LibC.BPF, command, attributes.address(), ATTRIBUTES), what);
    }

    private int keep(long result, String what) {
        if (result < 0) {
            throw new IllegalStateException("the kernel refuses " + what + " (errno " + LibC.lastError() + ")");
        }
        files.add((int) result);
        return (int) result;
    }

    /** A mount of our own that nobody sees: inside "ip netns exec" the usual one is hidden. */
    private int rootOfControlGroups() {
        NativeBuffer name = new NativeBuffer(16);
        name.terminate(name.putText(0, "cgroup2"));
        int context = keep(LibC.syscall(LibC.FSOPEN, name.address(), 0, 0), "to open the cgroup2 file system");
        if (LibC.syscall(LibC.FSCONFIG, context, CREATE_FILESYSTEM, 0, 0, 0) < 0) {
            throw new IllegalStateException("the kernel refuses to set up the cgroup2 file system (errno " + LibC.lastError() + ")");
        }
        return keep(LibC.syscall(LibC.FSMOUNT, context, 0, 0), "to mount the cgroup2 file system");
    }

    /** A socket of ours must be noted as ours: not so in a process namespace, whose numbers are not the kernel's. */
    private void proveItself() {
        int socket = LibC.socket(AF_INET, SOCK_DGRAM_CLOSE_ON_EXEC, 0);
        NativeBuffer cookie = new NativeBuffer(16);
        cookie.bytes().putInt(8, Long.BYTES);
        int failure = LibC.getsockopt(socket, SOL_SOCKET, SO_COOKIE, cookie.address(), cookie.address() + 8);
        LibC.close(socket);
        SocketMakers reader = reader();
        if (failure != 0 || !reader.find(cookie.bytes().getLong(0)) || reader.pid() != ProcessHandle.current().pid()) {
            throw new IllegalStateException("the watch does not see this process's own sockets under its own number");
        }
    }

    SocketMakers reader() {
        return new Reader(map);
    }

    @Override
    public void close() {
        // Links last-made first; a link's end detaches its program.
        for (int i = files.size() - 1; i >= 0; i--) {
            LibC.close(files.get(i));
        }
        files.clear();
    }

    private static final class Reader implements SocketMakers {
        private final NativeBuffer attributes = new NativeBuffer(ATTRIBUTES);
        private final NativeBuffer key = new NativeBuffer(WatchProgram.KEY_LENGTH);
        private final NativeBuffer value = new NativeBuffer(WatchProgram.VALUE_LENGTH);
        private boolean closed;

        private Reader(int map) {
            attributes.bytes().putInt(0, map).putLong(8, key.address()).putLong(16, value.address());
        }

        @Override
        public boolean find(long cookie) {
            key.bytes().putLong(0, cookie);
            return !closed && LibC.syscall(LibC.BPF, MAP_LOOKUP, attributes.address(), ATTRIBUTES) == 0;
        }

        @Override
        public int pid() {
            return (int) value.bytes().getLong(0);
        }

        @Override
        public long timeNs() {
            return value.bytes().getLong(8);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
