package io.weir.windows.divert;

import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures at the driver's NETWORK layer. A captured packet is gone until it is injected; what the driver still holds when the handle is closed, or
 * the process dies, it puts back itself. Windows, administrator.
 */
public final class WinDivertEngine implements Engine {
    /** Receive calls that may fail in a row; the waits between them double from 1 ms to 100 ms, half a second in all. */
    static final int MOST_FAILURES = 10;
    private static final long LONGEST_PAUSE_NS = 100_000_000;
    /** Calls return within microseconds once receiving was shut down. */
    private static final long LEAVE_NS = 1_000_000_000L;
    /** What a thread has written is seen by all much sooner. */
    private static final long SEEN_NS = 1_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(WinDivertEngine.class);

    private final DivertHandle handle;
    private final OverlappedReceiver receiver;
    private final PacketSender sender;
    private final Counters counters;
    private final boolean watching;
    private final Gate gate = new Gate();
    private final Gate.Lane receiving = gate.lane();
    private final Gate.Lane sending = gate.lane();
    private final AtomicBoolean released = new AtomicBoolean();
    private volatile boolean shutDown;
    /** The driver goes on capturing: what it has queued it puts back itself when the handle is closed. */
    private volatile boolean shutDownRefused;
    private volatile boolean closed;
    private int failures;
    private long retryNs;

    /**
     * @param watching  the handle sniffs: the packets have gone on already, and nothing is injected
     * @param impostors packets of other drivers are captured too
     */
    WinDivertEngine(Kernel32Library kernel, DivertHandle handle, boolean watching, boolean impostors, Counters counters) {
        this.handle = handle;
        this.watching = watching;
        this.counters = counters;
        receiver = new OverlappedReceiver(kernel, handle);
        sender = new PacketSender(handle, impostors, counters, new Refusals(counters, LOG::warn));
    }

    @Override
    public String name() {
        return "windivert";
    }

    @Override
    public PacketBatch newBatch() {
        return new WinDivertBatch();
    }

    @Override
    public int receive(PacketBatch batch, long timeoutNs) {
        if (!enter(receiving)) {
            return SHUT_DOWN;
        }
        try {
            return shutDownRefused ? receiveLast((WinDivertBatch) batch) : receive((WinDivertBatch) batch, timeoutNs);
        } finally {
            leave(receiving);
        }
    }

    private boolean enter(Gate.Lane lane) {
        if (lane.enter()) {
            return true;
        }
        releaseIfLast();
        return false;
    }

    private void leave(Gate.Lane lane) {
        lane.leave();
        releaseIfLast();
    }

    private int receive(WinDivertBatch batch, long timeoutNs) {
        if (failures > 0 && !mayRetry(timeoutNs)) {
            batch.clear(System.nanoTime());
            return 0;
        }
        boolean ending = shutDown;
        int code = receiver.receive(batch, timeoutNs);
        if (code == 0) {
            failures = 0;
            return received(batch);
        }
        batch.clear(System.nanoTime());
        if (code == Kernel32Library.WAIT_TIMEOUT) {
            return 0;
        }
        if ((code == WinDivertError.NO_DATA || code == WinDivertError.OPERATION_ABORTED) && (ending || shutDown)) {
            return SHUT_DOWN;
        }
        failed(code, batch.receivedNs());
        return 0;
    }

    private int received(WinDivertBatch batch) {
        if (batch.count() == 0 && !watching) {
            sender.sendRest(batch); // an empty batch is not injected
        }
        return batch.count();
    }

    /** What has come meanwhile; then nothing more is asked for. */
    private int receiveLast(WinDivertBatch batch) {
        WinDivertBatch last = receiver.finish(true);
        if (last == null) {
            batch.clear(System.nanoTime());
            return SHUT_DOWN;
        }
        if (last != batch) {
            batch.take(last);
            batch.split(System.nanoTime());
        }
        return received(batch);
    }

    /** @return false: woken, or the time of this call has passed first */
    private boolean mayRetry(long timeoutNs) {
        long left = retryNs - System.nanoTime();
        if (left > 0 && !shutDown) {
            receiver.pause(Math.min(left, timeoutNs));
            return System.nanoTime() - retryNs >= 0;
        }
        return true;
    }

    private void failed(int code, long nowNs) {
        counters.increment(Counter.RECEIVE_FAILURES);
        WinDivertError error = WinDivertError.of(DivertCall.RECEIVE, code);
        if (failures++ == 0) {
            LOG.warn("{}; it is tried again", error.text(DivertCall.RECEIVE));
        }
        if (failures >= MOST_FAILURES) {
            throw error.exception(DivertCall.RECEIVE);
        }
        retryNs = nowNs + Math.min(LONGEST_PAUSE_NS, 1_000_000L << failures - 1);
    }

    @Override
    public void inject(PacketBatch batch) {
        if (watching) {
            return;
        }
        if (!enter(sending)) {
            sender.lose((WinDivertBatch) batch);
            return;
        }
        try {
            sender.send((WinDivertBatch) batch);
        } finally {
            leave(sending);
        }
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        if (watching) {
            return true;
        }
        if (!enter(sending)) {
            return false;
        }
        try {
            return sender.send(packet, offset, length, outbound, interfaceIndex, subInterfaceIndex);
        } finally {
            leave(sending);
        }
    }

    @Override
    public void wakeup() {
        if (gate.enter()) {
            try {
                receiver.wakeup();
            } finally {
                gate.leave();
            }
        }
    }

    @Override
    public void shutdown() {
        if (!shutDown && gate.enter()) {
            shutDown = true; // before the call: the end it brings about must be known for one
            try {
                handle.shutdownReceiving();
            } catch (EngineException refused) {
                LOG.warn("{}; it does when its handle is closed", refused.getMessage());
                shutDownRefused = true;
            } finally {
                receiver.wakeup();
                gate.leave();
                releaseIfLast();
            }
        }
    }

    /** Not before every other call has returned: where one does not within a second, it does the rest when it returns. */
    @Override
    public void close() {
        shutdown();
        if (gate.shut()) {
            if (!gate.awaitEmpty(LEAVE_NS)) {
                LOG.warn("a thread does not come back from the WinDivert driver; the handle stays open until it does, or Weir ends");
            }
            closed = true; // who leaves from now on sees it
            gate.awaitEmpty(SEEN_NS);
            releaseIfLast();
        }
    }

    private void releaseIfLast() {
        if (closed && gate.isEmpty() && released.compareAndSet(false, true)) {
            release();
        }
    }

    private void release() {
        WinDivertBatch last = receiver.finish(shutDownRefused);
        last = last == null ? receiver.finish(true) : last;
        if (last != null && !watching) {
            sender.send(last);
        }
        handle.close(); // ends a receive that nothing else has ended
        last = receiver.finish(false);
        if (last != null && !watching) {
            sender.lose(last);
        }
        receiver.close();
    }
}
