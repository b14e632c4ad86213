package io.weir.capture;

import io.weir.engine.PacketBatch;
import java.nio.ByteBuffer;

/** A batch that remembers which packets of the file it holds. */
final class ReplayBatch extends PacketBatch {
    static final int CAPACITY = 64;
    /** An IPv6 header and 65,535 bytes. */
    static final int LONGEST_PACKET = 65_575;
    private static final int BUFFER_BYTES = 4 * LONGEST_PACKET;

    private final long[] numbers = new long[CAPACITY];
    private int used;

    ReplayBatch() {
        super(ByteBuffer.allocateDirect(BUFFER_BYTES), CAPACITY);
    }

    void empty(long nowNs) {
        clear(nowNs);
        used = 0;
    }

    boolean hasRoomFor(CapturedPacket packet) {
        return count() < CAPACITY && BUFFER_BYTES - used >= packet.bytes().length;
    }

    /** @param length at most what {@code packet} has */
    void append(CapturedPacket packet, int length, int flags) {
        buffer().put(used, packet.bytes(), 0, length);
        numbers[add(used, length, flags, packet.interfaceIndex(), 0)] = packet.number();
        used += length;
    }

    long number(int index) {
        return numbers[index];
    }
}
