package io.weir.upstream;

import io.weir.net.PortSet;

/**
 * Ports handed out first in, first out: each is used by one socket at a time, and afterwards rests as long as the system may keep the old
 * connection in TIME_WAIT. Any thread.
 */
final class PortQueue {
    /** {@link #take}: all are in use or resting. */
    static final int NONE = -1;

    private final int[] ports;
    private final long[] freeNs;
    private final boolean[] rested;
    private final long restNs;
    private int first;
    private int waiting;

    PortQueue(PortSet set, long restNs) {
        int size = set.ranges().stream().mapToInt(run -> run[1] - run[0] + 1).sum();
        ports = new int[size];
        freeNs = new long[size];
        rested = new boolean[size];
        this.restNs = restNs;
        for (int[] run : set.ranges()) {
            for (int port = run[0]; port <= run[1]; port++) {
                ports[waiting] = port;
                rested[waiting++] = true;
            }
        }
    }

    synchronized int take(long nowNs) {
        if (waiting == 0 || !rested[first] && nowNs - freeNs[first] < 0) {
            return NONE;
        }
        int port = ports[first];
        first = (first + 1) % ports.length;
        waiting--;
        return port;
    }

    /** Every port that was taken comes back exactly once. */
    synchronized void giveBack(int port, long nowNs) {
        int last = (first + waiting++) % ports.length;
        ports[last] = port;
        freeNs[last] = nowNs + restNs;
        rested[last] = false;
    }
}
