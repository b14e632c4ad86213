package io.weir.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An engine without a kernel: whoever holds it {@link #feed feeds} packets in as the machine would, and {@link #take takes} what Weir sent.
 * For tests and for demonstrations without rights. Both directions are bounded; any thread may call anything, except that one batch has one user.
 */
public final class MemoryEngine implements Engine {
    private static final int SLOTS = 64;
    private static final int SLOT_BYTES = 65_536;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition fed = lock.newCondition();
    private final Condition sent = lock.newCondition();
    private final MemoryQueue inbound;
    private final MemoryQueue outbound;
    private boolean woken;
    private boolean shutDown;
    private long withheld;

    /** @param capacity packets each direction holds */
    public MemoryEngine(int capacity) {
        inbound = new MemoryQueue(capacity);
        outbound = new MemoryQueue(capacity);
    }

    /** Makes the engine capture a packet. @param flags bits of {@link PacketFlags} @return false: full or shut down */
    public boolean feed(byte[] packet, int flags, int interfaceIndex, int subInterfaceIndex) {
        lock.lock();
        try {
            if (shutDown || !inbound.add(new MemoryPacket(packet.clone(), flags, interfaceIndex, subInterfaceIndex, null))) {
                return false;
            }
            fed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest packet Weir let go or sent; waits at most {@code timeoutNs}, then null. */
    public MemoryPacket take(long timeoutNs) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNs;
            while (outbound.size() == 0) {
                if (left <= 0) {
                    return null;
                }
                left = sent.awaitNanos(left);
            }
            return outbound.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Packets that found the way in or out full so far. */
    public long refused() {
        lock.lock();
        try {
            return inbound.refused() + outbound.refused();
        } finally {
            lock.unlock();
        }
    }

    /** Packets withheld so far. */
    public long withheld() {
        lock.lock();
        try {
            return withheld;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public PacketBatch newBatch() {
        return new MemoryBatch();
    }

    @Override
    public int receive(PacketBatch batch, long timeoutNs) {
        lock.lock();
        try {
            long left = timeoutNs;
            while (inbound.size() == 0 && !woken && !shutDown && left > 0) {
                left = fed.awaitNanos(left);
            }
            batch.clear(System.nanoTime());
            woken = false;
            if (inbound.size() == 0) {
                return shutDown ? SHUT_DOWN : 0;
            }
            while (batch.count() < SLOTS && inbound.size() > 0) {
                MemoryPacket packet = inbound.poll();
                int at = batch.count() * SLOT_BYTES;
                batch.buffer().put(at, packet.bytes());
                batch.add(at, packet.bytes().length, packet.flags(), packet.interfaceIndex(), packet.subInterfaceIndex());
            }
            return batch.count();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            batch.clear(System.nanoTime());
            return 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void inject(PacketBatch batch) {
        lock.lock();
        try {
            for (int i = 0; i < batch.count(); i++) {
                if (batch.disposition(i) == Disposition.WITHHOLD) {
                    withheld++;
                } else {
                    byte[] bytes = copy(batch.buffer(), batch.offset(i), batch.length(i));
                    outbound.add(new MemoryPacket(bytes, batch.flags(i), batch.interfaceIndex(i), batch.subInterfaceIndex(i), batch.disposition(i)));
                }
            }
            sent.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outwards, int interfaceIndex, int subInterfaceIndex) {
        lock.lock();
        try {
            int flags = PacketFlags.IP_CHECKSUM_VALID | PacketFlags.TRANSPORT_CHECKSUM_VALID | (outwards ? PacketFlags.OUTBOUND : 0);
            boolean taken = outbound.add(new MemoryPacket(copy(packet, offset, length), flags, interfaceIndex, subInterfaceIndex, null));
            sent.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private static byte[] copy(ByteBuffer from, int offset, int length) {
        byte[] bytes = new byte[length];
        from.get(offset, bytes);
        return bytes;
    }

    @Override
    public void wakeup() {
        lock.lock();
        try {
            woken = true;
            fed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void shutdown() {
        lock.lock();
        try {
            shutDown = true;
            fed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        shutdown();
    }

    private static final class MemoryBatch extends PacketBatch {
        MemoryBatch() {
            super(ByteBuffer.allocateDirect(SLOTS * SLOT_BYTES), SLOTS);
        }
    }
}
