package io.weir.net;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Connections that must pass whatever the rules say, by local port: a place for each port, which holds a keyed hash of protocol and remote
 * endpoint, so that another program that gets the port later does not pass in their stead. Any thread; nothing here waits or allocates.
 */
public final class ExemptPorts {
    private static final int PORTS = 0x1_0000;
    /** Set in every place that is taken. */
    private static final long TAKEN = 2;
    /** Cleared while the entry rests. */
    private static final long LIVE = 1;

    private final AtomicLongArray places = new AtomicLongArray(PORTS);
    private final long seed;

    /** @param seed nobody outside can guess */
    public ExemptPorts(long seed) {
        this.seed = seed;
    }

    /**
     * From now on this connection passes: to be called between bind and connect.
     *
     * @return false when the port's place is another live connection's (of the other protocol or family), or this very one rests: bind to another
     */
    public boolean enter(Protocol protocol, int localPort, Endpoint remote) {
        long entry = tag(protocol.number(), remote.address().high(), remote.address().low(), remote.port());
        long before = places.get(localPort);
        boolean free = before == 0 || (before & LIVE) == 0 && (before | LIVE) != entry;
        return free && places.compareAndSet(localPort, before, entry);
    }

    /** Its socket is closed. It goes on passing, for what was captured before, until it {@link #leave leaves} or another takes the place. */
    public void rest(Protocol protocol, int localPort, Endpoint remote) {
        long entry = tag(protocol.number(), remote.address().high(), remote.address().low(), remote.port());
        places.compareAndSet(localPort, entry, entry & ~LIVE);
    }

    /** Its rest is over. */
    public void leave(Protocol protocol, int localPort, Endpoint remote) {
        long entry = tag(protocol.number(), remote.address().high(), remote.address().low(), remote.port());
        places.compareAndSet(localPort, entry & ~LIVE, 0);
    }

    /** @param protocol its number */
    public boolean contains(int protocol, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        long place = places.get(localPort);
        return place != 0 && (place | LIVE) == tag(protocol, remoteHigh, remoteLow, remotePort);
    }

    private long tag(int protocol, long remoteHigh, long remoteLow, int remotePort) {
        long mixed = mix(mix(mix(seed ^ (long) protocol << 16 ^ remotePort) ^ remoteHigh) ^ remoteLow);
        return mixed | TAKEN | LIVE;
    }

    /** The finisher of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
        return mixed ^ mixed >>> 31;
    }

    /** Entries, resting ones included. */
    public int size() {
        int count = 0;
        for (int port = 0; port < PORTS; port++) {
            count += places.get(port) != 0 ? 1 : 0;
        }
        return count;
    }
}
