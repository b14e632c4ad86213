package io.weir.windows.divert;

import io.weir.engine.EngineException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Receives into batches by overlapped calls, so that waiting for packets can end with a time-out or a wake-up. A receive that has not completed then
 * stays pending, with the driver, in the batch it began with. One thread receives; any may {@link #wakeup}.
 */
final class OverlappedReceiver {
    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int WOKEN = 2;
    private static final int WAIT_FAILED = -1;
    private static final long MS = 1_000_000;
    /** A receive whose end was asked for ends within microseconds. */
    private static final long END_NS = 250 * MS;
    /** What the driver may still write to. */
    private static final Queue<WinDivertBatch> NEVER_FREED = new ConcurrentLinkedQueue<>();

    private final Kernel32Library kernel;
    private final DivertHandle handle;
    private final long completed;
    private final long woken;
    private final ByteBuffer handles = NativeMemory.allocate(16);
    private final long handlesAt = NativeMemory.addressOf(handles);
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private WinDivertBatch pending;

    OverlappedReceiver(Kernel32Library kernel, DivertHandle handle) {
        this.kernel = kernel;
        this.handle = handle;
        completed = event(1); // stays set until the next receive begins
        woken = event(0);
        handles.putLong(0, completed).putLong(8, woken);
    }

    private long event(int manualReset) {
        long event = kernel.CreateEventW(0, manualReset, 0, 0);
        if (event == 0) {
            throw new EngineException("Windows has no event to spare (error " + kernel.lastError() + ")", "End programs that use many handles.");
        }
        return event;
    }

    /**
     * @return 0: packets are in the batch, {@link WinDivertBatch#split split}; {@link Kernel32Library#WAIT_TIMEOUT}: woken, or the time has
     *         passed; else why it failed
     */
    int receive(WinDivertBatch into, long timeoutNs) {
        if (pending == null) {
            into.prepare(completed);
            int code = handle.receive(into.packetsAt(), WinDivertBatch.PACKET_BYTES, into.receivedAt(), into.recordAt(0), into.recordBytesAt(),
                into.overlappedAt());
            if (code == 0) {
                forgetWakeup();
                into.split(System.nanoTime());
                return 0;
            }
            if (code != WinDivertError.IO_PENDING) {
                return code;
            }
            pending = into;
        }
        int waited = await(2, handlesAt, timeoutNs);
        return waited == 0 ? complete(into) : waited;
    }

    /** The caller comes back at once, which is all that was wanted. Written only where there is one: it would cost a fence a receive. */
    private void forgetWakeup() {
        if (state.get() != RUNNING) {
            state.set(RUNNING);
        }
    }

    /** Waits without receiving: until woken, or the time has passed. */
    void pause(long timeoutNs) {
        await(1, handlesAt + 8, timeoutNs);
    }

    /** @return 0: the receive has completed (of two handles); {@link Kernel32Library#WAIT_TIMEOUT}; or why waiting failed */
    private int await(int count, long handlesFrom, long timeoutNs) {
        long startNs = System.nanoTime();
        long left = state.compareAndSet(RUNNING, WAITING) ? timeoutNs : 0;
        while (true) {
            int index = kernel.WaitForMultipleObjects(count, handlesFrom, 0, milliseconds(left));
            if (count == 2 && index == 0) {
                state.set(RUNNING);
                return 0;
            }
            left = timeoutNs - (System.nanoTime() - startNs);
            if (index == WAIT_FAILED) {
                state.set(RUNNING);
                return kernel.lastError();
            }
            // a wake-up event may be left from one that came when its wait was just over
            if (index == Kernel32Library.WAIT_TIMEOUT || left <= 0 || state.get() == WOKEN) {
                state.set(RUNNING);
                return Kernel32Library.WAIT_TIMEOUT;
            }
        }
    }

    /** Rounded up: not earlier than asked. */
    private static int milliseconds(long ns) {
        return ns <= 0 ? 0 : (int) Math.min((ns + MS - 1) / MS, Integer.MAX_VALUE);
    }

    private int complete(WinDivertBatch into) {
        WinDivertBatch filled = pending;
        if (kernel.GetOverlappedResult(handle.raw(), filled.overlappedAt(), filled.receivedAt(), 0) == 0) {
            int code = kernel.lastError();
            if (code == WinDivertError.IO_INCOMPLETE) {
                return Kernel32Library.WAIT_TIMEOUT;
            }
            pending = null;
            return code;
        }
        pending = null;
        if (filled != into) {
            into.take(filled);
        }
        into.split(System.nanoTime());
        return 0;
    }

    /** Any thread; a system call only when somebody waits. */
    void wakeup() {
        if (state.getAndSet(WOKEN) == WAITING) {
            kernel.SetEvent(woken);
        }
    }

    /**
     * Waits, not for long, for the end of the receive that is still pending, be it because receiving was shut down or the handle closed. No other
     * call is under way.
     *
     * @param cancel nothing else ends it; the handle is open
     * @return the batch it filled at the last moment; null: none, or it is pending still
     */
    WinDivertBatch finish(boolean cancel) {
        WinDivertBatch last = pending;
        if (last == null) {
            return null;
        }
        if (cancel) {
            kernel.CancelIoEx(handle.raw(), last.overlappedAt());
        }
        return ends() && complete(last) == 0 ? last : null;
    }

    private boolean ends() {
        long startNs = System.nanoTime();
        long left = END_NS;
        int waited = Kernel32Library.WAIT_TIMEOUT;
        while (waited == Kernel32Library.WAIT_TIMEOUT && left > 0) { // a wake-up ends a wait early
            waited = await(2, handlesAt, left);
            left = END_NS - (System.nanoTime() - startNs);
        }
        return waited == 0;
    }

    /** After {@link #finish}; what the driver may still write to is kept. */
    void close() {
        if (pending != null) {
            NEVER_FREED.add(pending);
            throw new EngineException("a receive of the WinDivert driver does not end", "End Weir; Windows frees what it holds.");
        }
        kernel.CloseHandle(completed);
        kernel.CloseHandle(woken);
    }
}
