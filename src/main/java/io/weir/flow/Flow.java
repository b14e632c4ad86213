package io.weir.flow;

/**
 * One entry of the {@link FlowTable}: which flow, and what it is translated to. Entries are reused after {@link FlowTable#close}; the
 * {@link #id} tells a reused one from what it was.
 */
public class Flow {
    private int index;
    private int generation;
    private boolean open;
    private int protocol;
    private long sourceHigh;
    private long sourceLow;
    private int sourcePort;
    private long destinationHigh;
    private long destinationLow;
    private int destinationPort;
    private Translation translation;
    private FlowState state;

    /** Makes an entry that the table fills. */
    protected Flow() {
    }

    final void place(int at) {
        index = at;
    }

    final void begin(int newProtocol, long newSourceHigh, long newSourceLow, int newSourcePort,
                     long newDestinationHigh, long newDestinationLow, int newDestinationPort) {
        open = true;
        protocol = newProtocol;
        sourceHigh = newSourceHigh;
        sourceLow = newSourceLow;
        sourcePort = newSourcePort;
        destinationHigh = newDestinationHigh;
        destinationLow = newDestinationLow;
        destinationPort = newDestinationPort;
        translation = null;
    }

    final void end() {
        open = false;
        translation = null;
        generation++;
    }

    final void translate(Translation to) {
        translation = to;
    }

    final boolean open() {
        return open;
    }

    /** Unique for 4 billion uses of this place in the table; never 0. */
    public final long id() {
        return (long) generation << 32 | index + 1;
    }

    /** Place in the table: small, dense, reused. */
    public final int index() {
        return index;
    }

    public final FlowState state() {
        return state;
    }

    public final void state(FlowState next) {
        state = next;
    }

    /** IANA number. */
    public final int protocol() {
        return protocol;
    }

    /** The application's address. */
    public final long sourceHigh() {
        return sourceHigh;
    }

    public final long sourceLow() {
        return sourceLow;
    }

    public final int sourcePort() {
        return sourcePort;
    }

    public final long destinationHigh() {
        return destinationHigh;
    }

    public final long destinationLow() {
        return destinationLow;
    }

    public final int destinationPort() {
        return destinationPort;
    }

    /** Null while it has none. */
    public final Translation translation() {
        return translation;
    }
}
