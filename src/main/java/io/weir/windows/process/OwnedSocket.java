package io.weir.windows.process;

import io.weir.net.Endpoint;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * A socket that was connected a moment ago, and by whom. It answers for one flow alone, the first that begins after it: its end may go untold, and so
 * may the next socket between the same ends. Addresses as {@link io.weir.net.IpAddress} holds them; times are of {@link System#nanoTime}.
 */
final class OwnedSocket {
    /** Whoever still sends a first packet after that has asked before. */
    static final long KEPT_NS = 30_000_000_000L;
    /** A first packet follows its event at once, but for delays of ours. */
    static final long UNUSED_NS = 5_000_000_000L;
    private static final long NO_FLOW = 0;
    private static final AtomicLongFieldUpdater<OwnedSocket> FLOW = AtomicLongFieldUpdater.newUpdater(OwnedSocket.class, "flow");

    private final int protocol;
    private final long localHigh;
    private final long localLow;
    private final int localPort;
    private final long remoteHigh;
    private final long remoteLow;
    private final int remotePort;
    private final int pid;
    private final long timestamp;
    private final long sinceNs;
    private volatile KnownProcess process;
    /** The flow it answers for: how it began, and in the low half when, in microseconds, of which the last bit is set. */
    private volatile long flow = NO_FLOW;
    private volatile boolean closed;
    private boolean eventMissing;

    /**
     * As an event told.
     *
     * @param timestamp QueryPerformanceCounter when it was connected
     * @param sinceNs   the same moment
     * @param process   null while nothing is known of it
     */
    OwnedSocket(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid, long timestamp,
                long sinceNs, KnownProcess process) {
        this.protocol = protocol;
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.localPort = localPort;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.remotePort = remotePort;
        this.pid = pid;
        this.timestamp = timestamp;
        this.sinceNs = sinceNs;
        this.process = process;
    }

    /** As a table told whoever asked about a flow. @param sinceNs when the table began to be read */
    static OwnedSocket fromTable(SocketKey key, KnownProcess process, long timestamp, long sinceNs, long beginning, long beganNs) {
        OwnedSocket socket = new OwnedSocket(key.protocol(), key.local().address().high(), key.local().address().low(), key.local().port(),
            key.remote().address().high(), key.remote().address().low(), key.remote().port(), process.pid(), timestamp, sinceNs, process);
        socket.eventMissing = true;
        socket.flow = flow(beginning, beganNs);
        return socket;
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

    long sinceNs() {
        return sinceNs;
    }

    boolean isNewerThan(long momentNs) {
        return sinceNs - momentNs > 0;
    }

    boolean isTooOld(long nowNs) {
        return nowNs - sinceNs >= KEPT_NS;
    }

    KnownProcess process() {
        return process;
    }

    void process(KnownProcess found) {
        process = found;
    }

    private static long flow(long beginning, long beganNs) {
        return beginning << 32 | beganNs / 1000 & 0xffff_ffffL | 1;
    }

    /** Whether it answers for the flow that began so. */
    boolean isOf(long beginning) {
        long current = flow;
        return current != NO_FLOW && (int) (current >>> 32) == (int) beginning;
    }

    /** Has it answer for that flow from now on, if it does for no other and may be that flow's: the first packet was seen at {@code beganNs}. */
    boolean becomesOf(long beginning, long beganNs) {
        boolean fits = !isNewerThan(beganNs) && beganNs - sinceNs <= UNUSED_NS;
        return fits && FLOW.compareAndSet(this, NO_FLOW, flow(beginning, beganNs)) || isOf(beginning);
    }

    /** What was known of the same ends is older: where that answered for a flow that began after this was connected, the flow is this one's. */
    void takeOver(OwnedSocket older) {
        long current = older.flow;
        if (current != NO_FLOW && (int) current - (int) (sinceNs / 1000) >= 0) {
            FLOW.compareAndSet(this, NO_FLOW, current);
        }
        eventMissing |= older.eventMissing;
    }

    /** Somebody has asked whose it is: a packet of it was seen. */
    boolean isWanted() {
        return flow != NO_FLOW;
    }

    /** How the flow began that it answers for. */
    long beginning() {
        return flow >>> 32;
    }

    /** The event of this one, or of one before it, may still come, and must not be taken for that of a new socket. Under the lock of who holds it. */
    boolean isEventMissing() {
        return eventMissing;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
