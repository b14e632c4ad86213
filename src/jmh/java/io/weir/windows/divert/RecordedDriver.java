package io.weir.windows.divert;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A driver whose receives complete at once with recorded batches, always into the same batch, and that takes everything sent. */
final class RecordedDriver implements WinDivertLibrary, Kernel32Library {
    private RecordedTraffic traffic;
    private WinDivertBatch batch;
    private ByteBuffer received;
    private ByteBuffer recordBytes;

    /** What receives write to from now on: nobody may receive into another batch. */
    void replay(RecordedTraffic recording, WinDivertBatch into) {
        traffic = recording;
        batch = into;
        received = numberAt(into.receivedAt());
        recordBytes = numberAt(into.recordBytesAt());
    }

    /** A real driver does not write by way of JNA, which takes as long as all the rest of a receive. */
    private static ByteBuffer numberAt(long address) {
        return new Pointer(address).getByteBuffer(0, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes of packets that the last receive left in the batch. */
    int receivedBytes() {
        return received.getInt(0);
    }

    @Override
    public int WinDivertRecvEx(long handle, long packets, int packetBytes, long receivedAt, long flags, long addresses, long addressBytes,
                               long overlapped) {
        received.putInt(0, traffic.next(batch.buffer(), batch.records()));
        recordBytes.putInt(0, traffic.batch() * WinDivertAddress.BYTES);
        return 1;
    }

    @Override
    public int WinDivertSendEx(long handle, long packets, int packetBytes, long sent, long flags, long addresses, int addressBytes, long overlapped) {
        return 1;
    }

    @Override
    public long WinDivertOpen(long filter, int layer, short priority, long flags) {
        return 1;
    }

    @Override
    public int WinDivertShutdown(long handle, int how) {
        return 1;
    }

    @Override
    public int WinDivertClose(long handle) {
        return 1;
    }

    @Override
    public int WinDivertSetParam(long handle, int parameter, long value) {
        return 1;
    }

    @Override
    public int WinDivertGetParam(long handle, int parameter, long value) {
        new Pointer(value).setLong(0, 2);
        return 1;
    }

    @Override
    public int WinDivertHelperCompileFilter(long filter, int layer, long object, int objectBytes, long errorText, long errorPosition) {
        return 1;
    }

    @Override
    public int WinDivertHelperCalcChecksums(long packet, int packetBytes, long address, long flags) {
        return 1;
    }

    @Override
    public long CreateEventW(long attributes, int manualReset, int initialState, long name) {
        return 1;
    }

    @Override
    public int SetEvent(long event) {
        return 1;
    }

    @Override
    public int ResetEvent(long event) {
        return 1;
    }

    @Override
    public int WaitForMultipleObjects(int count, long handles, int all, int milliseconds) {
        return WAIT_TIMEOUT;
    }

    @Override
    public int GetOverlappedResult(long file, long overlapped, long transferred, int wait) {
        return 1;
    }

    @Override
    public int CancelIoEx(long file, long overlapped) {
        return 1;
    }

    @Override
    public int CloseHandle(long handle) {
        return 1;
    }

    @Override
    public int lastError() {
        return 0;
    }
}
