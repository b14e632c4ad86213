package io.weir.pipeline;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.weir.engine.Engine;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import io.weir.metrics.Tally;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * The receiving thread: fills a spare batch, and only then claims a slot, hands the batch over and publishes. Also puts ticks into the ring,
 * retries the outboxes, and in the inline wiring runs the stages ({@link Turn}).
 */
final class Receiver implements Runnable {
    /** Between two ticks. */
    static final long TICK_NS = 100_000_000;
    private static final long RETRY_NS = 1_000_000;

    /** What this thread does beside receiving: in the inline wiring, the stages. */
    interface Turn {
        /** After each receive: every slot published by now. */
        void run();

        /** No batch is spare, or no slot free: lets those who hold them work. @return false when they never will */
        boolean waitForOthers();

        /** Before the thread ends: until no slot is left. @return false: perhaps somebody beside this thread still injects */
        boolean finish();
    }

    private final Engine engine;
    private final RingBuffer<RingSlot> ring;
    private final BatchPool pool;
    private final Turn turn;
    private final Failures failures;
    private final Counters counters;
    private final Tally tally;
    private final LongSupplier clock;
    private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();
    private volatile boolean ended;
    private PacketBatch spare;
    private long lastTickNs;
    private long nowNs;
    private boolean retrying;
    /** There are packets in the spare batch, and no slot for them any more. */
    private boolean stranded;

    Receiver(Engine engine, RingBuffer<RingSlot> ring, BatchPool pool, Turn turn, Failures failures, Counters counters, LongSupplier clock) {
        this.engine = engine;
        this.ring = ring;
        this.pool = pool;
        this.turn = turn;
        this.failures = failures;
        this.counters = counters;
        tally = counters.tally();
        this.clock = clock;
    }

    void retry(Outbox outbox) {
        outboxes.add(outbox);
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void run() {
        begin();
        try {
            while (step()) {
                Thread.interrupted(); // nobody interrupts us for a reason, and a set flag would keep the engine from waiting
            }
        } catch (RuntimeException | Error problem) {
            failures.end(problem);
        } finally {
            boolean alone = turn.finish();
            ended = true;
            if (stranded && alone) {
                engine.inject(spare); // as they came
            } else if (stranded) {
                counters.drop(DropReason.ENGINE_CLOSED, spare.count());
            }
        }
    }

    private void begin() {
        nowNs = clock.getAsLong();
        lastTickNs = nowNs;
    }

    /** One receive and what belongs to it. @return false once the engine is shut down and empty, or nobody works the ring any more */
    private boolean step() {
        if (!findSpare()) {
            return false;
        }
        long untilTickNs = Math.max(0, lastTickNs + TICK_NS - nowNs);
        int received = engine.receive(spare, retrying ? Math.min(untilTickNs, RETRY_NS) : untilTickNs);
        nowNs = received > 0 ? spare.receivedNs() : clock.getAsLong();
        if (received > 0 && !publishPackets(received) || nowNs - lastTickNs >= TICK_NS && !publishTick()) {
            return false;
        }
        turn.run();
        retrying = !flush();
        return received != Engine.SHUT_DOWN;
    }

    private boolean findSpare() {
        while (spare == null) {
            spare = pool.take();
            if (spare == null && !turn.waitForOthers()) {
                return false;
            }
        }
        return true;
    }

    private boolean publishPackets(int received) {
        tally.increment(Counter.BATCHES_RECEIVED);
        tally.add(Counter.PACKETS_RECEIVED, received);
        long sequence = claim();
        if (sequence < 0) {
            stranded = true;
            return false;
        }
        ring.get(sequence).slot().packets(spare, nowNs);
        spare = null;
        ring.publish(sequence);
        return true;
    }

    private boolean publishTick() {
        lastTickNs = nowNs;
        long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        ring.get(sequence).slot().tick(nowNs);
        ring.publish(sequence);
        return true;
    }

    private boolean flush() {
        boolean all = true;
        for (int i = 0; i < outboxes.size(); i++) {
            all &= outboxes.get(i).flush();
        }
        return all;
    }

    private long claim() {
        while (true) {
            try {
                return ring.tryNext();
            } catch (InsufficientCapacityException full) {
                if (!turn.waitForOthers()) {
                    return -1;
                }
            }
        }
    }
}
