package io.weir.engine;

import java.nio.ByteBuffer;

/**
 * Captures packets and puts them back. One thread receives, one thread (perhaps the same) injects; {@link #wakeup} and
 * {@link #shutdown} may be called from any. Every packet received must go through {@link #inject(PacketBatch)} exactly once.
 */
public interface Engine extends AutoCloseable {
    /** Return value of {@link #receive}: shut down, nothing more will come. */
    int SHUT_DOWN = -1;

    /** {@code nfqueue}, {@code windivert}, {@code replay}, {@code memory}. */
    String name();

    /** A batch this engine can fill; the pipeline makes a handful and reuses them. */
    PacketBatch newBatch();

    /**
     * Blocks until packets are there, fills {@code batch} and returns their number; 0 when woken by {@link #wakeup} (which is remembered
     * if nobody waits) or when {@code timeoutNs} has passed; {@link #SHUT_DOWN} after {@link #shutdown}.
     *
     * @throws EngineException when receiving has failed for good
     */
    int receive(PacketBatch batch, long timeoutNs);

    /** Carries out every packet's disposition, in order; the batch is free for reuse afterwards. */
    void inject(PacketBatch batch);

    /**
     * Sends a whole packet of ours (built, or parked earlier and perhaps rewritten) whose checksums are right. It is not captured again.
     *
     * @param outbound       into the send path; otherwise into the receive path of {@code interfaceIndex}
     * @param interfaceIndex as captured on the flow; ignored where the platform needs none
     * @return false if the platform refused it; counted by the caller
     */
    boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex);

    /**
     * From now on the TCP flow from {@code source} (the application) to {@code destination} is redirected: every packet of it must reach us. Called
     * on the injecting thread, before the first rewritten packet is injected. Engines that are shown every packet anyway have nothing to do.
     */
    default void redirected(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
    }

    /** A redirected flow is over and forgotten. Injecting thread. */
    default void ended(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
    }

    /** Makes the current or next {@link #receive} return 0. Any thread; cheap when nobody waits. */
    void wakeup();

    /** No new packets are captured from now on; {@link #receive} hands out what is queued, then returns {@link #SHUT_DOWN}. Idempotent. */
    void shutdown();

    /** Frees everything and leaves the machine as it was before. Idempotent. */
    @Override
    void close();
}
