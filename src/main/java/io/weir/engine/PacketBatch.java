package io.weir.engine;

import io.weir.packet.PacketView;
import java.nio.ByteBuffer;

/**
 * What one receive call returned: packets in one direct big-endian buffer and, by index, what the engine knows of each and what is to
 * become of it. Engines extend it with what they need to answer. Made once, reused for ever; one thread at a time owns it.
 */
public class PacketBatch {
    private final ByteBuffer buffer;
    private final PacketView[] views;
    private final int[] offset;
    private final int[] length;
    private final int[] flags;
    private final int[] interfaceIndex;
    private final int[] subInterfaceIndex;
    private final Disposition[] disposition;
    private int count;
    private long receivedNs;

    /** @param buffer direct, big-endian; packets lie anywhere in it */
    protected PacketBatch(ByteBuffer buffer, int capacity) {
        this.buffer = buffer;
        views = new PacketView[capacity];
        for (int i = 0; i < capacity; i++) {
            views[i] = new PacketView();
        }
        offset = new int[capacity];
        length = new int[capacity];
        flags = new int[capacity];
        interfaceIndex = new int[capacity];
        subInterfaceIndex = new int[capacity];
        disposition = new Disposition[capacity];
    }

    /** Empties the batch; {@code nowNs} is the monotonic time of this receive, the only clock reading the stages get. */
    public final void clear(long nowNs) {
        count = 0;
        receivedNs = nowNs;
    }

    /** Appends a packet (engine only). @return its index */
    public final int add(int packetOffset, int packetLength, int packetFlags, int interfaceIndex, int subInterfaceIndex) {
        int index = count++;
        offset[index] = packetOffset;
        length[index] = packetLength;
        flags[index] = packetFlags;
        this.interfaceIndex[index] = interfaceIndex;
        this.subInterfaceIndex[index] = subInterfaceIndex;
        disposition[index] = Disposition.PASS;
        return index;
    }

    public final ByteBuffer buffer() {
        return buffer;
    }

    public final int capacity() {
        return views.length;
    }

    public final int count() {
        return count;
    }

    /** Monotonic nanoseconds ({@code System.nanoTime} scale) at which the batch was received. */
    public final long receivedNs() {
        return receivedNs;
    }

    /** The reusable view of packet {@code index}; parsed by the decode stage. */
    public final PacketView view(int index) {
        return views[index];
    }

    public final int offset(int index) {
        return offset[index];
    }

    public final int length(int index) {
        return length[index];
    }

    /** Bits of {@link PacketFlags}. */
    public final int flags(int index) {
        return flags[index];
    }

    public final boolean has(int index, int flag) {
        return (flags[index] & flag) != 0;
    }

    /**
     * A rewritten packet goes out, or comes in, somewhere else than it was captured. Engines whose kernel routes a rewritten packet anew
     * take no notice.
     *
     * @param outbound what {@link PacketFlags#OUTBOUND} becomes
     */
    public final void reroute(int index, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        flags[index] = outbound ? flags[index] | PacketFlags.OUTBOUND : flags[index] & ~PacketFlags.OUTBOUND;
        this.interfaceIndex[index] = interfaceIndex;
        this.subInterfaceIndex[index] = subInterfaceIndex;
    }

    public final int interfaceIndex(int index) {
        return interfaceIndex[index];
    }

    public final int subInterfaceIndex(int index) {
        return subInterfaceIndex[index];
    }

    public final Disposition disposition(int index) {
        return disposition[index];
    }

    public final void disposition(int index, Disposition value) {
        disposition[index] = value;
    }
}
