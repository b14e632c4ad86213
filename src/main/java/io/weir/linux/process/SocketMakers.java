package io.weir.linux.process;

/** Who made or connected a socket last, by the kernel's number for the socket. One instance per thread; the accessors speak of the last one found. */
interface SocketMakers extends AutoCloseable {
    /** Where nobody watches. */
    SocketMakers NONE = new SocketMakers() {
        @Override
        public boolean find(long cookie) {
            return false;
        }

        @Override
        public int pid() {
            return 0;
        }

        @Override
        public long timeNs() {
            return 0;
        }

        @Override
        public void close() {
        }
    };

    /** False for sockets made before the watch began, for accepted ones, and for those forgotten since. */
    boolean find(long cookie);

    int pid();

    /** When that was, in nanoseconds since boot: who started later is not that process but another with its number. */
    long timeNs();

    @Override
    void close();
}
