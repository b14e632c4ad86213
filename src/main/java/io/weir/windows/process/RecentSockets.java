package io.weir.windows.process;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The sockets that were connected lately: a table of fixed size, in sets of {@value #WAYS}; in a full set the oldest gives way. Any thread reads,
 * without lock or allocation; writers take turns.
 */
final class RecentSockets {
    private static final int WAYS = 8;
    private static final int PORTS = 0x1_0000;

    private final AtomicReferenceArray<OwnedSocket> places;
    private final int sets;
    private final long seed;
    private final Counters counters;
    /** How many sockets are held at each local port: Windows tells of every port that is free again, and few of them are of interest here. */
    private final int[] heldAtPort = new int[PORTS];
    private int held;

    /** @param capacity a power of two, at least {@value #WAYS} */
    RecentSockets(int capacity, long seed, Counters counters) {
        places = new AtomicReferenceArray<>(capacity);
        sets = capacity / WAYS;
        this.seed = seed;
        this.counters = counters;
    }

    private int firstOf(long hash) {
        return (int) (hash >>> 32 & sets - 1) * WAYS;
    }

    /** @return null when there is none */
    OwnedSocket find(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        int first = firstOf(OwnedSocket.hash(seed, protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort));
        for (int place = first; place < first + WAYS; place++) {
            OwnedSocket socket = places.get(place);
            if (socket != null && socket.is(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort)) {
                return socket.isClosed() ? null : socket;
            }
        }
        return null;
    }

    /** Notes a socket; what is known of the same one by later news stays. @return false when it does */
    synchronized boolean put(OwnedSocket socket) {
        int first = firstOf(socket.hash(seed));
        int chosen = -1;
        for (int place = first; place < first + WAYS; place++) {
            OwnedSocket other = places.get(place);
            if (other != null && other.is(socket)) {
                boolean newer = socket.isNewerThan(other.sinceNs()) || socket.isEventMissing() && socket.sinceNs() == other.sinceNs();
                if (!newer) {
                    return false;
                }
                socket.takeOver(other);
                places.set(place, socket);
                socket.takeOver(other); // a flow may have begun meanwhile
                return true;
            }
            if (chosen < 0 || places.get(chosen) != null && (other == null || places.get(chosen).isNewerThan(other.sinceNs()))) {
                chosen = place;
            }
        }
        if (places.get(chosen) != null) {
            counters.increment(Counter.OWNER_FORGOTTEN);
            clear(chosen);
        }
        held++;
        heldAtPort[socket.localPort()]++;
        places.set(chosen, socket);
        return true;
    }

    /** The socket was closed then: forgets it, unless it was connected anew since. @return what was forgotten, or null */
    synchronized OwnedSocket remove(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                                    long closedNs) {
        int first = firstOf(OwnedSocket.hash(seed, protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort));
        for (int place = first; place < first + WAYS; place++) {
            OwnedSocket socket = places.get(place);
            if (socket != null && socket.is(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort)) {
                return close(place, closedNs) ? socket : null;
            }
        }
        return null;
    }

    /** Whatever was at this local end was closed then: forgets it. @return what was forgotten */
    synchronized List<OwnedSocket> removeAll(int protocol, long localHigh, long localLow, int localPort, long closedNs) {
        if (heldAtPort[localPort] == 0) {
            return List.of();
        }
        List<OwnedSocket> forgotten = new ArrayList<>();
        for (int place = 0; place < places.length() && heldAtPort[localPort] > 0; place++) {
            OwnedSocket socket = places.get(place);
            if (socket != null && socket.isAt(protocol, localHigh, localLow, localPort) && close(place, closedNs)) {
                forgotten.add(socket);
            }
        }
        return forgotten;
    }

    private boolean close(int place, long closedNs) {
        OwnedSocket socket = places.get(place);
        if (socket.isClosed() || closedNs - socket.sinceNs() <= 0) {
            return false;
        }
        if (socket.isEventMissing()) {
            socket.close();
        } else {
            clear(place);
        }
        return true;
    }

    /** Forgets this socket, if it is still what is known. */
    synchronized void remove(OwnedSocket socket) {
        int first = firstOf(socket.hash(seed));
        for (int place = first; place < first + WAYS; place++) {
            if (places.get(place) == socket) {
                clear(place);
            }
        }
    }

    /** Forgets what is too old. */
    synchronized void forgetOld(long nowNs) {
        for (int place = 0; place < places.length() && held > 0; place++) {
            OwnedSocket socket = places.get(place);
            if (socket != null && socket.isTooOld(nowNs)) {
                clear(place);
            }
        }
    }

    synchronized void clear() {
        for (int place = 0; place < places.length(); place++) {
            places.set(place, null);
        }
        Arrays.fill(heldAtPort, 0);
        held = 0;
    }

    private void clear(int place) {
        heldAtPort[places.get(place).localPort()]--;
        places.set(place, null);
        held--;
    }

    synchronized boolean isEmpty() {
        return held == 0;
    }
}
