package io.weir.stage;

import io.weir.engine.PacketBatch;

/**
 * What travels through the stages: a batch of packets, or one control event, or just the time; and what the stages noted about it.
 * One thread at a time owns it. Light: a ring may hold many, what the stages need beside is borrowed while it is under way.
 */
public final class Slot {
    private PacketBatch batch;
    private ControlEvent event;
    private long nowNs;
    private Plan plan;
    private boolean handedOver;

    /** Fills an empty slot with received packets. {@code nowNs} is their {@link PacketBatch#receivedNs}. */
    public void packets(PacketBatch received, long nowNs) {
        batch = received;
        this.nowNs = nowNs;
    }

    public void control(ControlEvent event, long nowNs) {
        this.event = event;
        this.nowNs = nowNs;
    }

    /** Time passes; wanted at least every 100 ms. Every other slot moves the time as well. */
    public void tick(long nowNs) {
        this.nowNs = nowNs;
    }

    /** Null unless filled with packets. */
    public PacketBatch batch() {
        return batch;
    }

    /** Null unless filled with an event. */
    public ControlEvent event() {
        return event;
    }

    /** Monotonic. */
    public long nowNs() {
        return nowNs;
    }

    /** Null until there is something to note. */
    Plan plan() {
        return plan;
    }

    void plan(Plan noted) {
        plan = noted;
    }

    /** The engine has the batch, whatever comes of it. */
    void handOver() {
        handedOver = true;
    }

    boolean handedOver() {
        return handedOver;
    }

    /** Empties the slot, after the last stage. @return the batch it held, or null */
    public PacketBatch clear() {
        PacketBatch had = batch;
        batch = null;
        event = null;
        plan = null;
        handedOver = false;
        return had;
    }
}
