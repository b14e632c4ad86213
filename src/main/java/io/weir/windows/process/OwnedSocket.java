package io.weir.windows.process;

import io.weir.net.Endpoint;

/** A socket that was connected a moment ago, and by whom. Addresses as {@link io.weir.net.IpAddress} holds them. */
final class OwnedSocket {
    /** {@link #timestamp} of what a table told. */
    static final long FROM_TABLE = Long.MIN_VALUE;

    private final int protocol;
    private final long localHigh;
    private final long localLow;
    private final int localPort;
    private final long remoteHigh;
    private final long remoteLow;
    private final int remotePort;
    private final int pid;
    private final long timestamp;
    private final long forgetNs;
    private volatile KnownProcess process;
    private volatile boolean wanted;

    /**
     * @param timestamp QueryPerformanceCounter when it was connected, or {@link #FROM_TABLE}
     * @param process   null while nothing is known of it
     * @param forgetNs  when what is said here is too old to be relied on
     */
    OwnedSocket(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid, long timestamp,
                KnownProcess process, long forgetNs) {
        this.protocol = protocol;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.localPort = localPort;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.remotePort = remotePort;
        this.pid = pid;
        this.timestamp = timestamp;
        this.process = process;
        this.forgetNs = forgetNs;
    }

    boolean is(int otherProtocol, long otherLocalHigh, long otherLocalLow, int otherLocalPort, long otherRemoteHigh, long otherRemoteLow,
               int otherRemotePort) {
        return localPort == otherLocalPort && remoteLow == otherRemoteLow && remotePort == otherRemotePort && localLow == otherLocalLow
            && localHigh == otherLocalHigh && remoteHigh == otherRemoteHigh && protocol == otherProtocol;
    }

    boolean is(OwnedSocket other) {
        return is(other.protocol, other.localHigh, other.localLow, other.localPort, other.remoteHigh, other.remoteLow, other.remotePort);
    }

    /** Whether this end of it is that one, whatever the other. */
    boolean isAt(int otherProtocol, long otherLocalHigh, long otherLocalLow, int otherLocalPort) {
        boolean anywhere = SocketRank.isUnspecified(otherLocalHigh, otherLocalLow);
        return localPort == otherLocalPort && protocol == otherProtocol
            && (anywhere || localHigh == otherLocalHigh && localLow == otherLocalLow);
    }

    SocketKey key() {
        return new SocketKey(protocol, Endpoint.of(localHigh, localLow, localPort), Endpoint.of(remoteHigh, remoteLow, remotePort));
    }

    long hash(long seed) {
        return hash(seed, protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
    }

    /** Keyed, so that nobody chooses endpoints that meet. */
    static long hash(long seed, int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        long hash = mixed(seed ^ localLow, (long) protocol << 32 | localPort << 16 | remotePort);
        return mixed(mixed(hash ^ remoteLow, localHigh), remoteHigh);
    }

    private static long mixed(long hash, long value) {
        long product = (hash ^ value) * 0x9E37_79B9_7F4A_7C15L;
        return (product ^ product >>> 32) * 0xD6E8_FEB8_6659_FD93L;
    }

    int protocol() {
        return protocol;
    }

    int localPort() {
        return localPort;
    }

    int pid() {
        return pid;
    }

    long timestamp() {
        return timestamp;
    }

    boolean isOlderThan(long otherTimestamp) {
        return timestamp == FROM_TABLE || otherTimestamp != FROM_TABLE && timestamp - otherTimestamp < 0;
    }

    long forgetNs() {
        return forgetNs;
    }

    KnownProcess process() {
        return process;
    }

    void process(KnownProcess found) {
        process = found;
    }

    /** Somebody has asked whose it is: a packet of it was seen. */
    boolean isWanted() {
        return wanted;
    }

    void want() {
        if (!wanted) {
            wanted = true;
        }
    }
}
