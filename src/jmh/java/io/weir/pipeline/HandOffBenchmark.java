package io.weir.pipeline;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SleepingWaitStrategy;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Handing a slot over the ring with an empty handler behind it, as fast as the ring takes them. {@code weir} is the wait of the threaded wirings,
 * {@code inline} the ring polled by its own producer; the others are the Disruptor's own waits and a queue with a lock.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandOffBenchmark {
    private static final int SLOTS = 256;

    /** A ring, and a thread that takes everything and does nothing with it. */
    private static final class Line {
        private final RingBuffer<RingSlot> ring;
        private final BatchEventProcessor<RingSlot> consumer;
        private final Thread thread;

        Line(WaitStrategy wait) {
            ring = RingBuffer.createMultiProducer(RingSlot::new, SLOTS, wait);
            consumer = new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), (slot, sequence, endOfBatch) -> { });
            ring.addGatingSequences(consumer.getSequence());
            thread = new Thread(consumer, "consumer");
            thread.setDaemon(true);
            thread.start();
        }

        long publish() {
            long sequence = ring.next();
            ring.publish(sequence);
            return sequence;
        }

        void end() throws InterruptedException {
            consumer.halt();
            thread.join();
        }
    }

    private Line line;
    private RingBuffer<RingSlot> polled;
    private EventPoller<RingSlot> poller;
    private ArrayBlockingQueue<Object> queue;
    private Thread taker;

    private Line line(Supplier<WaitStrategy> wait) {
        if (line == null) {
            line = new Line(wait.get());
        }
        return line;
    }

    @Benchmark
    public long weir() {
        return line(() -> new AdaptiveWait(1)).publish();
    }

    @Benchmark
    public long blocking() {
        return line(BlockingWaitStrategy::new).publish();
    }

    @Benchmark
    public long sleeping() {
        return line(SleepingWaitStrategy::new).publish();
    }

    @Benchmark
    public long yielding() {
        return line(YieldingWaitStrategy::new).publish();
    }

    @Benchmark
    public long busySpin() {
        return line(BusySpinWaitStrategy::new).publish();
    }

    @Benchmark
    public Object inline() throws Exception {
        if (polled == null) {
            polled = RingBuffer.createMultiProducer(RingSlot::new, SLOTS, new BlockingWaitStrategy());
            poller = polled.newPoller();
            polled.addGatingSequences(poller.getSequence());
        }
        polled.publish(polled.next());
        return poller.poll((slot, sequence, endOfBatch) -> true);
    }

    @Benchmark
    public void lockedQueue() throws InterruptedException {
        if (queue == null) {
            queue = new ArrayBlockingQueue<>(SLOTS);
            taker = new Thread(() -> {
                try {
                    while (true) {
                        queue.take();
                    }
                } catch (InterruptedException end) {
                    // told to
                }
            }, "taker");
            taker.setDaemon(true);
            taker.start();
        }
        queue.put(this);
    }

    @TearDown
    public void end() throws InterruptedException {
        if (line != null) {
            line.end();
        }
        if (taker != null) {
            taker.interrupt();
            taker.join();
        }
    }
}
