package io.weir.linux.process;

import io.weir.net.Protocol;

/** The kernel's sockets, asked for one at a time. One instance per thread; the accessors speak of the last socket found. */
interface SocketTable extends AutoCloseable {

    /**
     * Finds the one socket that packets between these endpoints belong to.
     *
     * @param interfaceIndex 0, or an interface's number: sockets bound to that device are found too
     */
    boolean find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                 int interfaceIndex);

    /** Finds the socket that accepts TCP connections to this endpoint. */
    boolean findListener(long localHigh, long localLow, int localPort);

    long inode();

    /** uid of who made the socket. */
    int user();

    /** The kernel's own number of the socket, never used twice. */
    long cookie();

    @Override
    void close();
}
