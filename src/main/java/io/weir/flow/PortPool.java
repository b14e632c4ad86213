package io.weir.flow;

import io.weir.net.PortSet;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The (source address, source port, relay listener) tuples of the loopback shape. Each is handed out to one connection at a time; afterwards it
 * rests, because the system keeps the old connection in TIME_WAIT. Never-used tuples go first, then the longest-rested. Tuples are
 * numbers; memory grows with those that rest, not with those there are.
 */
public final class PortPool {
    /** {@link #take}: all are live or resting. */
    public static final int NONE = -1;
    private final int[] ports;
    private final int listeners;
    private final int size;
    private final long restNs;
    private final BitSet live = new BitSet();
    private final TupleQueue resting = new TupleQueue();
    private final TupleQueue unused = new TupleQueue();
    private int fresh;

    /**
     * @param addresses source addresses, told apart by number
     * @param listeners endpoints of the relay
     */
    public PortPool(PortSet ports, int addresses, int listeners, long restNs) {
        this.ports = numbers(ports);
        this.listeners = listeners;
        this.restNs = restNs;
        size = (int) Math.min(Integer.MAX_VALUE - 8L, (long) this.ports.length * addresses * listeners);
    }

    private static int[] numbers(PortSet ports) {
        int[] numbers = new int[0x1_0000];
        int count = 0;
        for (int port = 0; port < numbers.length; port++) {
            if (ports.contains(port)) {
                numbers[count++] = port;
            }
        }
        return Arrays.copyOf(numbers, count);
    }

    /** Tuples altogether. */
    public int size() {
        return size;
    }

    /** Tuples in use. */
    public int live() {
        return live.cardinality();
    }

    /** A tuple no connection has, and none had within the rest; {@link #NONE} when there is none. */
    public int take(long nowNs) {
        int tuple = NONE;
        if (!unused.isEmpty()) {
            tuple = unused.poll();
        } else if (fresh < size) {
            tuple = fresh++;
        } else if (!resting.isEmpty() && nowNs - resting.sinceNs() >= restNs) {
            tuple = resting.poll();
        }
        if (tuple != NONE) {
            live.set(tuple);
        }
        return tuple;
    }

    /** Its connection ended at {@code endedNs}; the rest counts from there. A tuple that is not live is ignored. */
    public void release(int tuple, long endedNs) {
        if (live.get(tuple)) {
            live.clear(tuple);
            resting.add(tuple, endedNs);
        }
    }

    /** No packet ever carried it: it need not rest. */
    public void putBack(int tuple) {
        if (live.get(tuple)) {
            live.clear(tuple);
            unused.add(tuple, 0);
        }
    }

    /** Which relay listener; neighbouring tuples spread over all. */
    public int listener(int tuple) {
        return tuple % listeners;
    }

    public int port(int tuple) {
        return ports[tuple / listeners % ports.length];
    }

    /** Which source address. */
    public int address(int tuple) {
        return tuple / listeners / ports.length;
    }
}
