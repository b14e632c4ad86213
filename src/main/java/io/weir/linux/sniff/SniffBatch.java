package io.weir.linux.sniff;

import io.weir.engine.PacketBatch;
import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;

/** Copies of packets, each in a slot of its own. */
final class SniffBatch extends PacketBatch {
    static final int SLOTS = 32;
    /** An IPv6 header and 65,535 bytes, up to the next word. */
    static final int SLOT_BYTES = 65_576;

    private final long address;

    SniffBatch() {
        super(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES), SLOTS);
        address = LibC.addressOf(buffer());
    }

    boolean isFull() {
        return count() == SLOTS;
    }

    /** Offset of the slot the next packet goes to. */
    int nextOffset() {
        return count() * SLOT_BYTES;
    }

    long nextAddress() {
        return address + nextOffset();
    }
}
