package io.weir.windows.divert;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The driver's DLL and kernel32's events in Java, as their documents describe them: one handle, a queue, one pending receive. What was sent is kept.
 * Failures are planted by code.
 */
final class FakeDriver implements WinDivertLibrary, Kernel32Library {
    static final long HANDLE = 0x5d00;
    private static final long STATUS_PENDING = 0x103;
    private static final int SEND_INTO_NOTHING = -1;

    /** A packet and the 80 bytes of its record. */
    record Sent(byte[] packet, byte[] record) {
    }

    private static final class Event {
        final boolean manual;
        boolean set;

        Event(boolean manual) {
            this.manual = manual;
        }
    }

    private record Pending(long packets, long records, long recordBytes, long overlapped) {
    }

    final List<String> calls = new ArrayList<>();
    final List<List<Sent>> sends = new ArrayList<>();
    final ArrayDeque<Integer> receiveErrors = new ArrayDeque<>();
    /** Each for one send call, whose first packet it costs. */
    final ArrayDeque<Integer> sendErrors = new ArrayDeque<>();
    /** Each for one send call, of which nothing goes out. */
    final ArrayDeque<Integer> handleErrors = new ArrayDeque<>();
    /** Codes by packet, 0 for most; the others of the call go out. */
    ToIntFunction<byte[]> refusal = packet -> 0;
    /** What has really gone out, and what the driver put back itself when the handle was closed. */
    final List<byte[]> injected = new ArrayList<>();
    final List<byte[]> putBack = new ArrayList<>();
    /** Of those that have gone out: by calls of several packets that failed. */
    int inFailedRows;
    int shutdownError;
    /** Comes into the pending receive, if there is one, just before the handle is closed. */
    Sent atTheLastMoment;
    boolean cannotCancel;
    private long taken;
    private boolean holding;
    private boolean sending;
    private final Map<Long, Event> events = new LinkedHashMap<>();
    private final ArrayDeque<Sent> queue = new ArrayDeque<>();
    private final ThreadLocal<Integer> lastError = ThreadLocal.withInitial(() -> 0);
    private Pending pending;
    private boolean drained;
    private long nextEvent = 0x100;
    long openResult = HANDLE;
    int openError;
    int parameterError;
    int compileError;
    long minorVersion = 2;
    String filter;
    int layer;
    int priority;
    long flags;
    int setEvents;
    private final ByteBuffer compileText = NativeMemory.asciiz("Filter expression contains a bad token");

    private int fail(int code) {
        lastError.set(code);
        return 0;
    }

    @Override
    public int lastError() {
        return lastError.get();
    }

    /** What a captured packet's record says. */
    static byte[] networkRecord(int flags, int interfaceIndex, int subInterfaceIndex) {
        byte[] out = new byte[WinDivertAddress.BYTES];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (i * 7 + 1); // also what we do not know of must come back as it was
        }
        ByteBuffer record = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
        record.put(WinDivertAddress.LAYER, (byte) WinDivertAddress.LAYER_NETWORK).put(WinDivertAddress.EVENT, (byte) 0);
        record.put(WinDivertAddress.FLAGS, (byte) flags);
        record.putInt(WinDivertAddress.INTERFACE, interfaceIndex).putInt(WinDivertAddress.SUB_INTERFACE, subInterfaceIndex);
        return out;
    }

    /** Captures a packet, or an event where there are no bytes. */
    synchronized void capture(byte[] packet, byte[] record) {
        queue.add(new Sent(packet.clone(), record.clone()));
        if (pending != null) {
            Pending now = pending;
            pending = null;
            int bytes = fill(now.packets, WinDivertBatch.PACKET_BYTES, now.records, now.recordBytes, 1);
            finish(now.overlapped, 0, bytes);
        }
        notifyAll();
    }

    private int fill(long packets, int room, long records, long recordBytes, int most) {
        int slots = Math.min(most, new Pointer(recordBytes).getInt(0) / WinDivertAddress.BYTES);
        int at = 0;
        int count = 0;
        while (count < slots && !queue.isEmpty() && at + queue.peek().packet.length <= room) {
            Sent next = queue.poll();
            if (next.packet.length > 0) {
                new Pointer(packets + at).write(0, next.packet, 0, next.packet.length);
            }
            new Pointer(records + (long) count * WinDivertAddress.BYTES).write(0, next.record, 0, WinDivertAddress.BYTES);
            at += next.packet.length;
            count++;
        }
        taken += count;
        new Pointer(recordBytes).setInt(0, count * WinDivertAddress.BYTES);
        return at;
    }

    private void finish(long overlapped, int code, int bytes) {
        Pointer at = new Pointer(overlapped);
        at.setLong(8, bytes);
        at.setLong(0, code == 0 ? 0 : 0xC000_0000L | code);
        set(events.get(at.getLong(24)));
    }

    private void set(Event event) {
        event.set = true;
        notifyAll();
    }

    synchronized boolean isPending() {
        return pending != null;
    }

    /** Ends the pending receive as the driver would. */
    synchronized void failPending(int code) {
        finish(pending.overlapped, code, 0);
        pending = null;
    }

    synchronized int queued() {
        return queue.size();
    }

    /** Packets that were handed out. */
    synchronized long taken() {
        return taken;
    }

    @Override
    public synchronized long WinDivertOpen(long filterAt, int openLayer, short openPriority, long openFlags) {
        calls.add("open");
        filter = new Pointer(filterAt).getString(0, "US-ASCII");
        layer = openLayer;
        priority = openPriority;
        flags = openFlags;
        lastError.set(openError);
        return openError == 0 ? HANDLE : openResult == HANDLE ? INVALID_HANDLE : openResult;
    }

    @Override
    public synchronized int WinDivertRecvEx(long handle, long packets, int packetBytes, long received, long zero, long records, long recordBytes,
                                            long overlapped) {
        if (!receiveErrors.isEmpty()) {
            return fail(receiveErrors.poll());
        }
        while (queue.isEmpty()) {
            if (drained) {
                return fail(WinDivertError.NO_DATA);
            }
            if (overlapped != 0) {
                new Pointer(overlapped).setLong(0, STATUS_PENDING);
                events.get(new Pointer(overlapped).getLong(24)).set = false;
                pending = new Pending(packets, records, recordBytes, overlapped);
                return fail(WinDivertError.IO_PENDING);
            }
            try {
                wait();
            } catch (InterruptedException e) {
                return fail(WinDivertError.OPERATION_ABORTED);
            }
            if (!receiveErrors.isEmpty()) {
                return fail(receiveErrors.poll());
            }
        }
        int bytes = fill(packets, packetBytes, records, recordBytes, WinDivertAddress.MOST);
        if (received != 0) {
            new Pointer(received).setInt(0, bytes);
        }
        return 1;
    }

    /** Makes a waiting or the next receive fail. */
    synchronized void failReceives(int code, int times) {
        for (int i = 0; i < times; i++) {
            receiveErrors.add(code);
        }
        notifyAll();
    }

    @Override
    public synchronized int WinDivertSendEx(long handle, long packets, int packetBytes, long sent, long zero, long records, int recordBytes,
                                            long overlapped) {
        while (holding) {
            sending = true;
            notifyAll();
            try {
                wait();
            } catch (InterruptedException e) {
                return fail(WinDivertError.OPERATION_ABORTED);
            }
        }
        if (!handleErrors.isEmpty()) {
            return fail(handleErrors.poll());
        }
        List<Sent> row = new ArrayList<>();
        int refused = sendErrors.isEmpty() ? 0 : sendErrors.poll();
        boolean first = refused != 0;
        int sentNow = 0;
        int at = 0;
        for (int i = 0; i < recordBytes / WinDivertAddress.BYTES; i++) {
            Pointer packet = new Pointer(packets + at);
            byte[] head = packetBytes - at >= 6 ? packet.getByteArray(0, 6) : new byte[6];
            int length = switch (head[0] >> 4 & 15) {
                case 4 -> (head[2] & 0xff) << 8 | head[3] & 0xff;
                case 6 -> 40 + ((head[4] & 0xff) << 8 | head[5] & 0xff);
                default -> SEND_INTO_NOTHING;
            };
            byte[] record = new Pointer(records + (long) i * WinDivertAddress.BYTES).getByteArray(0, WinDivertAddress.BYTES);
            if (length < 20 || length > packetBytes - at) { // the driver would stop here: what it was offered is kept for the test
                row.add(new Sent(packet.getByteArray(0, packetBytes - at), record));
                sends.add(row);
                return fail(length == SEND_INTO_NOTHING ? WinDivertError.INVALID_PARAMETER : WinDivertError.INSUFFICIENT_BUFFER);
            }
            Sent now = new Sent(packet.getByteArray(0, length), record);
            row.add(now);
            int code = refusal.applyAsInt(now.packet);
            if (code == 0 && !first) {
                injected.add(now.packet);
            }
            sentNow += code == 0 && !first ? 1 : 0;
            first = false;
            refused = code == 0 ? refused : code;
            at += length;
        }
        sends.add(row);
        inFailedRows += refused == 0 || row.size() == 1 ? 0 : sentNow;
        notifyAll();
        return refused == 0 ? 1 : fail(refused);
    }

    /** Sends do not return, or do again. */
    synchronized void hold(boolean on) {
        holding = on;
        notifyAll();
    }

    /** Until a send is held. */
    synchronized void awaitSending() throws InterruptedException {
        while (!sending) {
            wait();
        }
    }

    /** Everything sent, whatever the calls. */
    synchronized List<Sent> sent() {
        List<Sent> all = new ArrayList<>();
        sends.forEach(all::addAll);
        return all;
    }

    @Override
    public synchronized int WinDivertShutdown(long handle, int how) {
        calls.add("shutdown " + how);
        if (shutdownError != 0) {
            return fail(shutdownError);
        }
        drained = true;
        if (pending != null) {
            failPending(WinDivertError.NO_DATA);
        }
        notifyAll();
        return 1;
    }

    @Override
    public synchronized int WinDivertClose(long handle) {
        calls.add("close");
        if (atTheLastMoment != null && pending != null) {
            capture(atTheLastMoment.packet, atTheLastMoment.record);
        }
        queue.forEach(packet -> putBack.add(packet.packet));
        queue.clear();
        drained = true;
        receiveErrors.clear();
        receiveErrors.add(WinDivertError.INVALID_HANDLE);
        handleErrors.add(WinDivertError.INVALID_HANDLE);
        if (pending != null) {
            failPending(WinDivertError.OPERATION_ABORTED);
        }
        notifyAll();
        return 1;
    }

    @Override
    public synchronized int WinDivertSetParam(long handle, int parameter, long value) {
        calls.add("set " + parameter + " " + value);
        return parameterError == 0 ? 1 : fail(parameterError);
    }

    @Override
    public synchronized int WinDivertGetParam(long handle, int parameter, long value) {
        new Pointer(value).setLong(0, parameter == 3 ? 2 : minorVersion);
        return 1;
    }

    @Override
    public synchronized int WinDivertHelperCompileFilter(long filterAt, int compileLayer, long object, int objectBytes, long errorText,
                                                         long errorPosition) {
        calls.add("compile");
        if (compileError != 0) {
            new Pointer(errorText).setLong(0, NativeMemory.addressOf(compileText));
            new Pointer(errorPosition).setInt(0, compileError);
            return fail(0);
        }
        return 1;
    }

    @Override
    public int WinDivertHelperCalcChecksums(long packet, int packetBytes, long address, long zero) {
        throw new AssertionError("the stages sum; the DLL is not asked to");
    }

    @Override
    public synchronized long CreateEventW(long attributes, int manualReset, int initialState, long name) {
        long event = nextEvent;
        nextEvent += 4;
        events.put(event, new Event(manualReset != 0));
        return event;
    }

    @Override
    public synchronized int SetEvent(long event) {
        setEvents++;
        set(events.get(event));
        return 1;
    }

    @Override
    public synchronized int ResetEvent(long event) {
        events.get(event).set = false;
        return 1;
    }

    @Override
    public synchronized int WaitForMultipleObjects(int count, long handles, int all, int milliseconds) {
        long startNs = System.nanoTime();
        while (true) {
            for (int i = 0; i < count; i++) {
                Event event = events.get(new Pointer(handles + 8L * i).getLong(0));
                if (event.set) {
                    event.set = event.manual;
                    return i;
                }
            }
            long leftMs = milliseconds - (System.nanoTime() - startNs) / 1_000_000;
            if (leftMs <= 0) {
                return WAIT_TIMEOUT;
            }
            try {
                wait(leftMs);
            } catch (InterruptedException e) {
                return WAIT_TIMEOUT;
            }
        }
    }

    @Override
    public synchronized int GetOverlappedResult(long file, long overlapped, long transferred, int wait) {
        long status = new Pointer(overlapped).getLong(0);
        if (status == STATUS_PENDING) {
            return fail(WinDivertError.IO_INCOMPLETE);
        }
        new Pointer(transferred).setInt(0, (int) new Pointer(overlapped).getLong(8));
        return status == 0 ? 1 : fail((int) (status & 0xffff));
    }

    @Override
    public synchronized int CancelIoEx(long file, long overlapped) {
        calls.add("cancel");
        if (cannotCancel || pending == null || pending.overlapped != overlapped) {
            return fail(1168);
        }
        failPending(WinDivertError.OPERATION_ABORTED);
        return 1;
    }

    @Override
    public synchronized int CloseHandle(long handle) {
        calls.add("close event");
        events.remove(handle);
        return 1;
    }

    /** Those not closed, in the order they were made. */
    synchronized List<Long> events() {
        return List.copyOf(events.keySet());
    }
}
