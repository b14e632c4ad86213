package io.weir.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counters;
import io.weir.stage.Slot;
import io.weir.testkit.DeafEngine;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A batch costs no byte of heap on its way through the ring, in any wiring. */
class PipelineAllocationTest {
    private static final int ROUNDS = 6;
    private static final int BATCHES = 4_000;

    @ParameterizedTest
    @Timeout(180)
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
    void shouldAllocateNothingPerBatchWhenWarm(Threads threads) {
        EndlessEngine engine = new EndlessEngine();
        Work work = new Work() {
            @Override
            public void run(Stage stage, Slot slot) {
                if (stage == Stage.INJECT && slot.batch() != null) {
                    engine.inject(slot.batch());
                }
            }

            @Override
            public void release(Slot slot) {
                throw new AssertionError("nothing failed");
            }
        };
        Pipeline pipeline = new Pipeline(engine, work, new PipelineSettings(threads, 4, 64), new Counters(), problem -> { }, System::nanoTime);
        engine.measured = pipeline;
        pipeline.start();
        for (Thread thread : pipeline.threads()) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
        pipeline.close();
        assertEquals(0, engine.leastPerRound, "bytes allocated by the pipeline's threads in the best of " + ROUNDS + " rounds of " + BATCHES);
    }

    /** Gives one packet per receive and looks at the allocation of every thread after each round. */
    private static final class EndlessEngine extends DeafEngine {
        private final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private Pipeline measured;
        private long[] ids;
        private int received;
        private long before;
        private long leastPerRound = Long.MAX_VALUE;

        @Override
        public PacketBatch newBatch() {
            return new PacketBatch(ByteBuffer.allocateDirect(64), 1) { };
        }

        @Override
        public int receive(PacketBatch batch, long timeoutNs) {
            if (ids == null) {
                ids = measured.threads().stream().mapToLong(Thread::getId).toArray();
                before = allocated();
                before = allocated();
            }
            if (++received % BATCHES == 0) {
                long now = allocated();
                if (received > BATCHES) {
                    leastPerRound = Math.min(leastPerRound, now - before);
                }
                before = allocated();
            }
            batch.clear(System.nanoTime());
            if (received >= ROUNDS * BATCHES) {
                return SHUT_DOWN;
            }
            batch.add(0, 20, 0, 0, 0);
            return 1;
        }

        private long allocated() {
            long sum = 0;
            for (long id : ids) {
                sum += id == Thread.currentThread().getId() ? bean.getCurrentThreadAllocatedBytes() : bean.getThreadAllocatedBytes(id);
            }
            return sum;
        }
    }
}
