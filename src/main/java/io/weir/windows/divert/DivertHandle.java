package io.weir.windows.divert;

import io.weir.engine.EngineException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * One open handle of the driver. Packets queue in it from {@link #open} on, so its queue is made as large as it gets right there. Receiving and
 * sending return Windows codes, for they run per batch; what cannot go on is an {@link EngineException}. Any thread; {@link #close} last and once.
 */
final class DivertHandle {
    static final long SNIFF = 0x01;
    static final long RECEIVE_ONLY = 0x04;
    /** Section 5.11 of upstream's {@code windivert.html}: each parameter's number and the most it takes. */
    static final int QUEUE_LENGTH = 0;
    static final long MOST_QUEUE_LENGTH = 16_384;
    static final int QUEUE_TIME = 1;
    static final long MOST_QUEUE_TIME_MS = 16_000;
    static final int QUEUE_SIZE = 2;
    static final long MOST_QUEUE_BYTES = 33_554_432;
    private static final int VERSION_MAJOR = 3;
    private static final int VERSION_MINOR = 4;
    private static final int SHUTDOWN_RECEIVE = 1;

    private final WinDivertLibrary library;
    private final long handle;

    private DivertHandle(WinDivertLibrary library, long handle) {
        this.library = library;
        this.handle = handle;
    }

    /**
     * @param filter   both compilers took it: {@link KernelFilter}
     * @param priority −30,000 to 30,000; higher ones see a packet first
     * @param flags    {@link #SNIFF}, {@link #RECEIVE_ONLY}
     * @throws EngineException with what to do about it
     */
    static DivertHandle open(WinDivertLibrary library, KernelFilter filter, int priority, long flags) {
        long raw = library.WinDivertOpen(filter.address(), filter.layer(), (short) priority, flags);
        if (raw == WinDivertLibrary.INVALID_HANDLE || raw == 0) {
            throw WinDivertError.of(DivertCall.OPEN, library.lastError()).exception(DivertCall.OPEN);
        }
        Reference.reachabilityFence(filter);
        DivertHandle out = new DivertHandle(library, raw);
        try {
            out.parameter(QUEUE_LENGTH, MOST_QUEUE_LENGTH);
            out.parameter(QUEUE_SIZE, MOST_QUEUE_BYTES);
            out.parameter(QUEUE_TIME, MOST_QUEUE_TIME_MS);
            out.requireVersion();
            return out;
        } catch (EngineException refused) {
            out.close();
            throw refused;
        }
    }

    private void parameter(int parameter, long value) {
        if (library.WinDivertSetParam(handle, parameter, value) == 0) {
            throw WinDivertError.of(DivertCall.PARAMETER, library.lastError()).exception(DivertCall.PARAMETER);
        }
    }

    /** A driver another program has loaded is used as it is: an older one lacks fields and knows bugs. */
    private void requireVersion() {
        ByteBuffer value = NativeMemory.allocate(8);
        long major = parameter(VERSION_MAJOR, value);
        long minor = parameter(VERSION_MINOR, value);
        if (major < 2 || major == 2 && minor < 2) {
            throw new EngineException("the WinDivert driver that is loaded is version " + major + "." + minor + "; Weir needs 2.2",
                "Another program brought it: stop that program, run \"sc stop WinDivert\" as administrator, and start Weir again.");
        }
    }

    private long parameter(int parameter, ByteBuffer value) {
        if (library.WinDivertGetParam(handle, parameter, NativeMemory.addressOf(value)) == 0) {
            throw WinDivertError.of(DivertCall.PARAMETER, library.lastError()).exception(DivertCall.PARAMETER);
        }
        return value.getLong(0);
    }

    /** @return 0: done, the lengths are written; {@link WinDivertError#IO_PENDING}; or why it failed */
    int receive(long packets, int packetBytes, long received, long records, long recordBytes, long overlapped) {
        return library.WinDivertRecvEx(handle, packets, packetBytes, received, 0, records, recordBytes, overlapped) != 0 ? 0 : library.lastError();
    }

    /** @return 0, or why at least one of the packets was refused; those before and, after a refusal by the network stack, behind it went out */
    int send(long packets, int packetBytes, long records, int recordBytes) {
        return library.WinDivertSendEx(handle, packets, packetBytes, 0, 0, records, recordBytes, 0) != 0 ? 0 : library.lastError();
    }

    /** What {@code GetOverlappedResult} wants to know it by. */
    long raw() {
        return handle;
    }

    /** Nothing is queued any more; what is queued can still be received, then comes {@link WinDivertError#NO_DATA}. */
    void shutdownReceiving() {
        if (library.WinDivertShutdown(handle, SHUTDOWN_RECEIVE) == 0) {
            throw WinDivertError.of(DivertCall.SHUTDOWN, library.lastError()).exception(DivertCall.SHUTDOWN);
        }
    }

    /** The driver puts back what is still queued. Nobody may be inside any of the other calls. */
    void close() {
        library.WinDivertClose(handle);
    }
}
