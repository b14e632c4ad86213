package io.weir.engine;

import java.util.ArrayDeque;

/** A bounded queue of packets that counts what did not fit; guarded by its user. */
final class MemoryQueue {
    private final ArrayDeque<MemoryPacket> packets = new ArrayDeque<>();
    private final int capacity;
    private long refused;

    MemoryQueue(int capacity) {
        this.capacity = capacity;
    }

    boolean add(MemoryPacket packet) {
        if (packets.size() == capacity) {
            refused++;
            return false;
        }
        packets.add(packet);
        return true;
    }

    MemoryPacket poll() {
        return packets.poll();
    }

    int size() {
        return packets.size();
    }

    long refused() {
        return refused;
    }
}
