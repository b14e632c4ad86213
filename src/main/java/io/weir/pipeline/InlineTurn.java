package io.weir.pipeline;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;

/** The receiving thread works the ring itself. */
final class InlineTurn implements Receiver.Turn, EventPoller.Handler<RingSlot> {
    private final EventPoller<RingSlot> poller;
    private final SlotRunner runner;
    private final Failures failures;

    InlineTurn(RingBuffer<RingSlot> ring, SlotRunner runner, Failures failures) {
        this.runner = runner;
        this.failures = failures;
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    @Override
    public boolean onEvent(RingSlot slot, long sequence, boolean endOfBatch) {
        runner.runAll(slot);
        return true;
    }

    @Override
    public void run() {
        poll();
    }

    /** Who has claimed a slot and not published it yet wakes the engine once he has, so nothing is waited for here. */
    private EventPoller.PollState poll() {
        try {
            return poller.poll(this);
        } catch (Exception declared) {
            failures.end(declared); // the handler throws none
            return EventPoller.PollState.IDLE;
        }
    }

    @Override
    public boolean waitForOthers() {
        if (poll() != EventPoller.PollState.PROCESSING) {
            Thread.yield();
        }
        return true;
    }

    @Override
    public boolean finish() {
        for (EventPoller.PollState state = poll(); state != EventPoller.PollState.IDLE; state = poll()) {
            Thread.onSpinWait();
        }
        return true;
    }
}
