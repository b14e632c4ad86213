package io.weir.windows.divert;

import io.weir.engine.EngineException;

/**
 * Told what the sockets of other processes do, on one thread of ours, as soon as the driver says so: sometimes before the packet it is about,
 * sometimes behind it. Must not wait. Addresses are in the form of {@link io.weir.net.IpAddress}, ports in host order.
 */
public interface SocketListener {

    /**
     * A socket connects, or sends its first datagram to this remote end.
     *
     * @param protocol  IP protocol number
     * @param timestamp {@code QueryPerformanceCounter} when it happened
     */
    void connected(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int processId,
                   long timestamp);

    /** A socket is closed; told twice of some. What it sent last may come behind this. The remote end may be unset (zero). */
    void closed(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int processId,
                long timestamp);

    /** The driver's queue was found full: of what happened shortly before, some may not have been told. */
    void perhapsLost();

    /** Nothing more will be told: the driver failed too often. Not called at an orderly end. */
    void failed(EngineException why);
}
