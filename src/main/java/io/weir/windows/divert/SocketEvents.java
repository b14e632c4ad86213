package io.weir.windows.divert;

import io.weir.engine.EngineException;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the driver's SOCKET layer on a thread of its own and tells a listener who connects and closes what. The handle sniffs: without that it
 * would refuse every connect it is told of. It is to be open before packets are captured, so that no captured flow began unseen.
 */
public final class SocketEvents implements AutoCloseable {
    private static final int RECORDS_BYTES = WinDivertAddress.MOST * WinDivertAddress.BYTES;
    private static final long JOIN_MS = 500;
    private static final Logger LOG = LoggerFactory.getLogger(SocketEvents.class);

    private final DivertHandle handle;
    private final SocketListener listener;
    private final Counters counters;
    private final ByteBuffer records = NativeMemory.allocate(RECORDS_BYTES);
    private final long recordsAt = NativeMemory.addressOf(records);
    private final ByteBuffer recordBytes = NativeMemory.allocate(8);
    private final long recordBytesAt = NativeMemory.addressOf(recordBytes);
    private final Thread thread = new Thread(this::run, "weir-sockets");
    private volatile boolean ending;
    private boolean closed;
    private int failures;
    private long inARow;

    SocketEvents(DivertHandle handle, SocketListener listener, Counters counters) {
        this.handle = handle;
        this.listener = listener;
        this.counters = counters;
        thread.setDaemon(true);
    }

    /** Connects and closes of every process but this one; what stays on this machine is not captured, so nobody asks whose it is. */
    static String filter(long ownProcess) {
        return "(event == CONNECT or event == CLOSE) and processId != " + ownProcess + " and not loopback";
    }

    SocketEvents start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (step()) {
                Thread.interrupted(); // nobody interrupts us for a reason, and a set flag would keep a pause from waiting
            }
        } catch (EngineException gone) {
            LOG.error("socket events have ended: {}. {}", gone.getMessage(), gone.remedy());
            listener.failed(gone);
        } catch (RuntimeException problem) {
            LOG.error("socket events have ended", problem);
            listener.failed(new EngineException("telling of socket events failed: " + problem, "Restart Weir.", problem));
        }
    }

    /** One receive and what it brought. @return false: shut down and empty */
    private boolean step() {
        recordBytes.putInt(0, RECORDS_BYTES);
        int code = handle.receive(0, 0, 0, recordsAt, recordBytesAt, 0);
        if (code == 0) {
            failures = 0;
            tell(recordBytes.getInt(0) / WinDivertAddress.BYTES);
            return true;
        }
        if (ending) {
            return false; // by the code that says so, or for want of a handle
        }
        counters.increment(Counter.RECEIVE_FAILURES);
        if (++failures >= WinDivertEngine.MOST_FAILURES) {
            throw WinDivertError.of(DivertCall.RECEIVE, code).exception(DivertCall.RECEIVE);
        }
        LockSupport.parkNanos(1_000_000L << failures);
        return true;
    }

    private void tell(int count) {
        counters.add(Counter.SOCKET_EVENTS, count);
        for (int i = 0; i < count; i++) {
            tellOne(i * WinDivertAddress.BYTES);
        }
        // only a queue that was full can give full batches for so long, and only a full queue loses any
        inARow = count == WinDivertAddress.MOST ? inARow + count : 0;
        if (inARow >= DivertHandle.MOST_QUEUE_LENGTH - WinDivertAddress.MOST) {
            inARow = 0;
            counters.increment(Counter.SOCKET_QUEUE_FULL);
            listener.perhapsLost();
        }
    }

    private void tellOne(int at) {
        long localHigh = WinDivertAddress.high(records, at, WinDivertAddress.LOCAL_ADDRESS);
        long localLow = WinDivertAddress.low(records, at, WinDivertAddress.LOCAL_ADDRESS);
        int localPort = WinDivertAddress.port(records, at, WinDivertAddress.LOCAL_PORT);
        long remoteHigh = WinDivertAddress.high(records, at, WinDivertAddress.REMOTE_ADDRESS);
        long remoteLow = WinDivertAddress.low(records, at, WinDivertAddress.REMOTE_ADDRESS);
        int remotePort = WinDivertAddress.port(records, at, WinDivertAddress.REMOTE_PORT);
        int protocol = WinDivertAddress.protocol(records, at);
        int process = WinDivertAddress.process(records, at);
        long timestamp = WinDivertAddress.timestamp(records, at);
        switch (WinDivertAddress.event(records, at)) {
            case WinDivertAddress.EVENT_SOCKET_CONNECT ->
                listener.connected(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, process, timestamp);
            case WinDivertAddress.EVENT_SOCKET_CLOSE ->
                listener.closed(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, process, timestamp);
            default -> { } // the filter asks for no other
        }
    }

    /** The listener is not called any more once this returns. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ending = true;
        boolean interrupted = Thread.interrupted();
        if (!endsByShutdown()) {
            LOG.debug("socket events end with their handle");
        }
        handle.close(); // a receive that is under way ends with it, and its memory is the thread's
        joined();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean endsByShutdown() {
        try {
            handle.shutdownReceiving();
            return joined();
        } catch (EngineException refused) {
            LOG.warn("{}", refused.getMessage());
            return false;
        }
    }

    /** @return whether the thread has ended, or is this one */
    private boolean joined() {
        try {
            thread.join(thread == Thread.currentThread() ? 1 : JOIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive() || thread == Thread.currentThread();
    }
}
