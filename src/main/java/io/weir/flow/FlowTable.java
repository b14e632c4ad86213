package io.weir.flow;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * All flows, found by what their packets carry: in the original direction (application → destination) and, once translated, in the reply
 * direction (relay → peer). Both keys lead to the one {@link Flow} and go with it. One writing thread, which is also the only reader.
 *
 * @param <F> what the user keeps of a flow
 */
public final class FlowTable<F extends Flow> {
    /** {@link #find}: no such flow. */
    public static final int MISSING = KeyTable.MISSING;
    /** {@link #open}: no room. */
    public static final int FULL = -2;
    /** {@link #open}: there is such a flow. */
    public static final int CONFLICT = -3;
    private static final int FIRST_FLOWS = 256;

    private final int maximum;
    private final Supplier<F> factory;
    private final KeyTable keys;
    private Flow[] flows;
    private int[] free = new int[FIRST_FLOWS];
    private int freeCount;
    private int made;

    /**
     * @param factory makes an empty entry; called at most {@code maximum} times
     * @param seed    of the keyed hash
     */
    public FlowTable(int maximum, long seed, Supplier<F> factory) {
        this(maximum, factory, new KeyTable(maximum * 2, seed));
    }

    FlowTable(int maximum, Supplier<F> factory, KeyTable keys) {
        this.maximum = maximum;
        this.factory = factory;
        this.keys = keys;
        flows = new Flow[Math.min(FIRST_FLOWS, maximum)];
    }

    /** The handle of the flow that packets from this source to this destination belong to, or {@link #MISSING}. */
    public int find(int protocol, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        return keys.get(sourceHigh, sourceLow, destinationHigh, destinationLow, KeyTable.ports(protocol, sourcePort, destinationPort));
    }

    /**
     * As {@link #find(int, long, long, int, long, long, int)}.
     *
     * @param hash what {@link #touch} returned for the same packet; the table may have changed since
     */
    public int find(long hash, int protocol, long sourceHigh, long sourceLow, int sourcePort,
                    long destinationHigh, long destinationLow, int destinationPort) {
        return keys.get(hash, sourceHigh, sourceLow, destinationHigh, destinationLow, KeyTable.ports(protocol, sourcePort, destinationPort));
    }

    /**
     * Fetches the memory that finding the flow will read, without waiting for it. Done for a whole batch first, and before whatever else there is to
     * do, the waits overlap; otherwise each packet has its own.
     *
     * @return what {@link #find(long, int, long, long, int, long, long, int)} takes
     */
    public long touch(int protocol, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        return keys.touch(sourceHigh, sourceLow, destinationHigh, destinationLow, KeyTable.ports(protocol, sourcePort, destinationPort));
    }

    /** Was the flow found by its reply key? */
    public static boolean isReply(int handle) {
        return (handle & 1) != 0;
    }

    /** @param handle what {@link #find} or {@link #open} returned, not negative */
    @SuppressWarnings("unchecked")
    public F flow(int handle) {
        return (F) flows[handle >>> 1];
    }

    /** The open flow with this {@link Flow#id}; null when it is gone. */
    @SuppressWarnings("unchecked")
    public F byId(long id) {
        F flow = at((int) id - 1);
        return flow != null && flow.id() == id ? flow : null;
    }

    /** The open flow in this place; null when there is none. Places go from 0 to {@link #places}. */
    @SuppressWarnings("unchecked")
    public F at(int index) {
        return index >= 0 && index < made && flows[index].open() ? (F) flows[index] : null;
    }

    /** One more than the highest place ever used. */
    public int places() {
        return made;
    }

    public int size() {
        return made - freeCount;
    }

    /** Keys held, for tests: one per flow and one more per translated flow. */
    int keys() {
        return keys.size();
    }

    /** Enters a flow. @return its handle, or {@link #FULL} or {@link #CONFLICT} */
    public int open(int protocol, long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        if (freeCount == 0 && made == maximum) {
            return FULL;
        }
        int index = freeCount > 0 ? free[freeCount - 1] : made;
        int put = keys.putIfAbsent(sourceHigh, sourceLow, destinationHigh, destinationLow,
                KeyTable.ports(protocol, sourcePort, destinationPort), index << 1);
        if (put != KeyTable.MISSING) {
            return CONFLICT; // two keys per flow: the key table cannot be full before this table is
        }
        if (freeCount > 0) {
            freeCount--;
        } else {
            make();
        }
        flows[index].begin(protocol, sourceHigh, sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
        return index << 1;
    }

    private void make() {
        if (made == flows.length) {
            flows = Arrays.copyOf(flows, Math.min(maximum, made * 2));
        }
        F flow = factory.get();
        flow.place(made);
        flows[made++] = flow;
    }

    /**
     * Gives an untranslated flow its reply key: packets from the relay to the peer.
     *
     * @return false when another flow has that key; nothing is changed then
     */
    public boolean translate(F flow, Translation translation) {
        int put = keys.putIfAbsent(translation.relayHigh(), translation.relayLow(), translation.peerHigh(), translation.peerLow(),
                KeyTable.ports(flow.protocol(), translation.relayPort(), translation.peerPort()), flow.index() << 1 | 1);
        if (put != KeyTable.MISSING) {
            return false;
        }
        flow.translate(translation);
        return true;
    }

    /** Takes the reply key away again. */
    public void untranslate(F flow) {
        Translation translation = flow.translation();
        if (translation != null) {
            keys.remove(translation.relayHigh(), translation.relayLow(), translation.peerHigh(), translation.peerLow(),
                    KeyTable.ports(flow.protocol(), translation.relayPort(), translation.peerPort()));
            flow.translate(null);
        }
    }

    /** Removes an open flow with both its keys. */
    public void close(F flow) {
        untranslate(flow);
        keys.remove(flow.sourceHigh(), flow.sourceLow(), flow.destinationHigh(), flow.destinationLow(),
                KeyTable.ports(flow.protocol(), flow.sourcePort(), flow.destinationPort()));
        flow.end();
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = flow.index();
    }
}
