package io.weir.flow;

import java.nio.ByteBuffer;

/**
 * Copies of packets that wait: a fixed number of small cells (every SYN without data fits) and of large ones (datagrams). A packet takes a cell
 * of the smallest size it fits in; when those are taken it is not parked. Cells of one flow are chained by their user.
 */
public final class ParkedPackets {
    /** No cell. */
    public static final int NONE = -1;
    /** 40 bytes of IPv6 header and 60 of TCP header, or 60 and 60 with IPv4 options. */
    static final int SMALL_BYTES = 128;
    static final int LARGE_BYTES = 2048;

    private final int small;
    private final ByteBuffer buffer;
    private final int[] next;
    private final int[] length;
    private final int[] flags;
    private final int[] interfaceIndex;
    private final int[] subInterfaceIndex;
    private int freeSmall;
    private int freeLarge;
    private int used;

    public ParkedPackets(int small, int large) {
        this.small = small;
        buffer = ByteBuffer.allocateDirect(small * SMALL_BYTES + large * LARGE_BYTES);
        int cells = small + large;
        next = new int[cells];
        length = new int[cells];
        flags = new int[cells];
        interfaceIndex = new int[cells];
        subInterfaceIndex = new int[cells];
        for (int cell = 0; cell < cells; cell++) {
            next[cell] = cell + 1 == small || cell + 1 == cells ? NONE : cell + 1;
        }
        freeSmall = small > 0 ? 0 : NONE;
        freeLarge = large > 0 ? small : NONE;
    }

    /**
     * Copies a packet aside.
     *
     * @param packetFlags bits of {@code PacketFlags}, kept for its release
     * @return its cell; {@link #NONE} when no cell that it fits in is free
     */
    public int park(ByteBuffer from, int offset, int packetLength, int packetFlags, int interfaceNumber, int subInterfaceNumber) {
        int cell = take(packetLength);
        if (cell != NONE) {
            used++;
            buffer.put(offset(cell), from, offset, packetLength);
            next[cell] = NONE;
            length[cell] = packetLength;
            flags[cell] = packetFlags;
            interfaceIndex[cell] = interfaceNumber;
            subInterfaceIndex[cell] = subInterfaceNumber;
        }
        return cell;
    }

    private int take(int packetLength) {
        if (packetLength <= SMALL_BYTES) {
            int cell = freeSmall;
            freeSmall = cell == NONE ? NONE : next[cell];
            return cell;
        }
        int cell = packetLength <= LARGE_BYTES ? freeLarge : NONE;
        freeLarge = cell == NONE ? freeLarge : next[cell];
        return cell;
    }

    /** Gives one cell back; what it is chained to is not touched. */
    public void free(int cell) {
        used--;
        if (cell < small) {
            next[cell] = freeSmall;
            freeSmall = cell;
        } else {
            next[cell] = freeLarge;
            freeLarge = cell;
        }
    }

    /** Cells in use. */
    public int used() {
        return used;
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    public int offset(int cell) {
        return cell < small ? cell * SMALL_BYTES : small * SMALL_BYTES + (cell - small) * LARGE_BYTES;
    }

    public int length(int cell) {
        return length[cell];
    }

    public int flags(int cell) {
        return flags[cell];
    }

    public int interfaceIndex(int cell) {
        return interfaceIndex[cell];
    }

    public int subInterfaceIndex(int cell) {
        return subInterfaceIndex[cell];
    }

    /** The cell chained behind this one, or {@link #NONE}. */
    public int next(int cell) {
        return next[cell];
    }

    public void chain(int cell, int following) {
        next[cell] = following;
    }
}
