package io.weir.pipeline;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.weir.engine.Engine;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.ControlEvent;
import io.weir.stage.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries batches from the engine through the stages and back, and every other event that may change a flow through the same ring, so that
 * the stages see one sequence. {@link #start} and {@link #close} are for one owner; {@link #offer} and outboxes are for any thread.
 */
public final class Pipeline implements AutoCloseable {
    /** Slots that only the receiver may claim: control events can fill the ring, packets still come through. */
    private static final int RESERVED_SLOTS = 16;
    private static final long JOIN_NS = 10_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Engine engine;
    private final Counters counters;
    private final LongSupplier clock;
    private final Threads wiring;
    private final RingBuffer<RingSlot> ring;
    private final BatchPool pool;
    private final Receiver receiver;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    /**
     * @param onFatal told once, on a thread of the pipeline, when it cannot go on; packets still go back unchanged where that is possible
     * @param clock   of the same scale as the engine's {@link io.weir.engine.PacketBatch#receivedNs}: {@code System::nanoTime}, but for replays
     */
    public Pipeline(Engine engine, Stages stages, PipelineSettings settings, Counters counters, Consumer<Throwable> onFatal, LongSupplier clock) {
        this(engine, Work.of(stages), settings, counters, onFatal, clock);
    }

    Pipeline(Engine engine, Work work, PipelineSettings settings, Counters counters, Consumer<Throwable> onFatal, LongSupplier clock) {
        this.engine = engine;
        this.counters = counters;
        this.clock = clock;
        wiring = settings.threads().resolve(Runtime.getRuntime().availableProcessors());
        ring = RingBuffer.createMultiProducer(RingSlot::new, settings.ringSlots(), new AdaptiveWait(Stage.values().length));
        pool = new BatchPool(wiring == Threads.INLINE ? 1 : settings.batches(), engine::newBatch); // a batch is some megabytes
        Failures failures = new Failures(counters, onFatal);
        SlotRunner runner = new SlotRunner(work, pool, failures);
        Receiver.Turn turn = switch (wiring) {
            case FUSED -> Consumers.fused(ring, runner, failures);
            case STAGED -> Consumers.staged(ring, runner, failures);
            default -> new InlineTurn(ring, runner, failures);
        };
        receiver = new Receiver(engine, ring, pool, turn, failures, counters, clock);
        if (turn instanceof Consumers consumers) {
            threads.addAll(consumers.threads());
        }
        threads.add(new Thread(receiver, wiring == Threads.INLINE ? "weir-packets" : "weir-receive"));
    }

    /** Which wiring runs: never {@link Threads#AUTO}. */
    public Threads wiring() {
        return wiring;
    }

    /** Every thread of it, the receiving one last. */
    List<Thread> threads() {
        return List.copyOf(threads);
    }

    /** Packets flow from now on. Once. */
    public void start() {
        threads.forEach(Thread::start);
    }

    /** Waits until the engine has ended by itself and everything it gave went through the stages; then {@link #close} is still to come. */
    public void awaitEnd() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * Puts an event behind everything that is in the ring; never waits.
     *
     * @return false: the ring is full or the pipeline closes, the event was not taken. Who may not lose it sends it through an {@link Outbox}
     */
    public boolean offer(ControlEvent event) {
        if (closing || ring.remainingCapacity() <= RESERVED_SLOTS) {
            return false;
        }
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException full) {
            return false;
        }
        ring.get(sequence).slot().control(event, clock.getAsLong());
        ring.publish(sequence);
        counters.increment(Counter.CONTROL_EVENTS);
        if (wiring == Threads.INLINE) {
            engine.wakeup();
        }
        return true;
    }

    /** An outbox into this ring, retried until {@link #close}. @param capacity the most events its owner can have outstanding */
    public Outbox outbox(int capacity) {
        Outbox outbox = new Outbox(this::offer, engine::wakeup, capacity, counters);
        receiver.retry(outbox);
        return outbox;
    }

    /** {@link #close(long)} within ten seconds. */
    @Override
    public void close() {
        close(JOIN_NS);
    }

    /**
     * Stops capturing, takes everything that was captured through the stages, and ends the threads. The engine stays to be closed by its owner.
     * Idempotent. Threads that do not end within this time are logged with their stacks and left behind.
     */
    public void close(long withinNs) {
        closing = true;
        try {
            engine.shutdown();
        } finally {
            joinAll(withinNs);
        }
    }

    private void joinAll(long withinNs) {
        long startNs = System.nanoTime();
        for (int i = threads.size() - 1; i >= 0; i--) {
            join(threads.get(i), withinNs - (System.nanoTime() - startNs));
        }
    }

    private static void join(Thread thread, long withinNs) {
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            thread.join(Math.max(1, withinNs / 1_000_000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            StringBuilder stack = new StringBuilder();
            for (StackTraceElement frame : thread.getStackTrace()) {
                stack.append("\n    at ").append(frame);
            }
            LOG.error("thread {} has not ended in the time there is for it; it is at{}", thread.getName(), stack);
        }
    }
}
