package io.weir.pipeline;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Threads of their own work the ring, one after the other on each slot. */
final class Consumers implements Receiver.Turn {
    private static final long JOIN_MS = 500;

    private final RingBuffer<RingSlot> ring;
    private final SlotRunner runner;
    private final Failures failures;
    private final List<BatchEventProcessor<RingSlot>> processors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private int attempts;

    private Consumers(RingBuffer<RingSlot> ring, SlotRunner runner, Failures failures) {
        this.ring = ring;
        this.runner = runner;
        this.failures = failures;
    }

    static Consumers fused(RingBuffer<RingSlot> ring, SlotRunner runner, Failures failures) {
        Consumers consumers = new Consumers(ring, runner, failures);
        consumers.add("stages", (slot, sequence, endOfBatch) -> runner.runAll(slot));
        consumers.gate();
        return consumers;
    }

    static Consumers staged(RingBuffer<RingSlot> ring, SlotRunner runner, Failures failures) {
        Consumers consumers = new Consumers(ring, runner, failures);
        for (Stage stage : Stage.values()) {
            consumers.add(stage.label(), (slot, sequence, endOfBatch) -> runner.run(stage, slot));
        }
        consumers.gate();
        return consumers;
    }

    private void add(String role, EventHandler<RingSlot> handler) {
        Sequence[] before = processors.isEmpty() ? new Sequence[0] : new Sequence[] {last().getSequence()};
        BatchEventProcessor<RingSlot> processor = new BatchEventProcessorBuilder().build(ring, ring.newBarrier(before), handler);
        processor.setExceptionHandler(new Escaped(failures));
        processors.add(processor);
        threads.add(new Thread(processor, "weir-" + role));
    }

    private void gate() {
        ring.addGatingSequences(last().getSequence());
    }

    private BatchEventProcessor<RingSlot> last() {
        return processors.get(processors.size() - 1);
    }

    List<Thread> threads() {
        return threads;
    }

    @Override
    public void run() {
        attempts = 0;
    }

    @Override
    public boolean waitForOthers() {
        Pause.pause(attempts++);
        return alive();
    }

    private boolean alive() {
        for (int i = 0; i < threads.size(); i++) {
            if (!threads.get(i).isAlive()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean finish() {
        for (int attempt = 0; last().getSequence().get() < ring.getCursor() && alive(); attempt++) {
            Pause.pause(attempt);
        }
        boolean done = last().getSequence().get() >= ring.getCursor();
        processors.forEach(BatchEventProcessor::halt);
        if (done) {
            return true;
        }
        if (!joined()) {
            return false;
        }
        for (long sequence = last().getSequence().get() + 1; sequence <= ring.getCursor() && ring.isAvailable(sequence); sequence++) {
            runner.giveBack(ring.get(sequence)); // one of the threads is gone, and nobody will come for it
        }
        return true;
    }

    private boolean joined() {
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_MS);
                if (thread.isAlive()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** {@link SlotRunner} catches what stages throw; what comes here is a fault of ours, and without a handler of our own would stall the ring. */
    private record Escaped(Failures failures) implements ExceptionHandler<RingSlot> {
        @Override
        public void handleEventException(Throwable problem, long sequence, RingSlot slot) {
            failures.end(problem);
        }

        @Override
        public void handleOnStartException(Throwable problem) {
            failures.end(problem);
        }

        @Override
        public void handleOnShutdownException(Throwable problem) {
            failures.end(problem);
        }
    }
}
