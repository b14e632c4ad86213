package io.weir.windows.divert;

import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import java.nio.ByteBuffer;
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
    private static final long CLOSE_NS = 5_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(WinDivertEngine.class);

    private final DivertHandle handle;
    private final OverlappedReceiver receiver;
    private final PacketSender sender;
    private final Counters counters;
    private final boolean watching;
    private final Gate gate = new Gate();
    private final Gate.Lane receiving = gate.lane();
    private final Gate.Lane sending = gate.lane();
    private volatile boolean shutDown;
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
        if (!receiving.enter()) {
            return SHUT_DOWN;
        }
        try {
            return receive((WinDivertBatch) batch, timeoutNs);
        } finally {
            receiving.leave();
        }
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
            if (batch.count() == 0 && !watching) {
                sender.sendRest(batch); // an empty batch is not injected
            }
            return batch.count();
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
        if (!watching && sending.enter()) {
            try {
                sender.send((WinDivertBatch) batch);
            } finally {
                sending.leave();
            }
        }
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        if (watching) {
            return true;
        }
        if (!sending.enter()) {
            return false;
        }
        try {
            return sender.send(packet, offset, length, outbound, interfaceIndex, subInterfaceIndex);
        } finally {
            sending.leave();
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
            } finally {
                receiver.wakeup();
                gate.leave();
            }
        }
    }

    /** Not before every other call has returned; one that does not within five seconds keeps handle and memory until the process ends. */
    @Override
    public void close() {
        try {
            shutdown();
        } finally {
            if (gate.shut()) {
                release();
            }
        }
    }

    private void release() {
        if (!gate.awaitEmpty(CLOSE_NS)) {
            throw new EngineException("a thread does not come back from the WinDivert driver", "End Weir; Windows frees what it holds.");
        }
        WinDivertBatch last = receiver.finish(CLOSE_NS);
        if (last != null && !watching) {
            sender.send(last);
        }
        handle.close();
        receiver.close();
    }
}
