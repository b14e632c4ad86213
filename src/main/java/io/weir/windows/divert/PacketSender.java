package io.weir.windows.divert;

import io.weir.engine.Disposition;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import java.nio.ByteBuffer;

/** Puts packets back through the driver: those of a batch that belong together by one call, one of our own making by itself. One thread. */
final class PacketSender {
    private final DivertHandle handle;
    private final Counters counters;
    private final Refusals refusals;
    private final ByteBuffer packet = NativeMemory.allocate(WinDivertBatch.GREATEST_PACKET);
    private final long packetAt = NativeMemory.addressOf(packet);
    private final ByteBuffer record = NativeMemory.allocate(WinDivertAddress.BYTES);
    private final long recordAt = NativeMemory.addressOf(record);

    private final int flagsOfOurs;

    /**
     * @param impostors packets of other drivers are captured: one that was parked is sent anew, and no longer known for what it is. So whatever is
     *                  sent by itself loses one hop, as the driver has it for impostors, lest two drivers hand it to and fro for ever
     */
    PacketSender(DivertHandle handle, boolean impostors, Counters counters, Refusals refusals) {
        flagsOfOurs = impostors ? WinDivertAddress.IMPOSTOR : 0;
        this.handle = handle;
        this.counters = counters;
        this.refusals = refusals;
    }

    /** Every packet that is not withheld, in order, each uninterrupted row of them by one call; then the rest nobody understood. */
    void send(WinDivertBatch batch) {
        int count = batch.count();
        int first = 0;
        for (int i = 0; i < count; i++) {
            switch (batch.disposition(i)) {
                case WITHHOLD -> {
                    sendRow(batch, first, i);
                    first = i + 1;
                }
                case MODIFIED -> batch.writeRoute(i);
                default -> { } // its record stays as the driver wrote it
            }
        }
        sendRow(batch, first, count);
        sendRest(batch);
    }

    private void sendRow(WinDivertBatch batch, int from, int to) {
        if (from < to) {
            int bytes = batch.offset(to - 1) + batch.length(to - 1) - batch.offset(from);
            carryOut(batch.packetAt(from), bytes, batch.recordAt(from), to - from);
        }
    }

    /** What {@link WinDivertBatch#split} could not take apart goes back as it came. */
    void sendRest(WinDivertBatch batch) {
        if (batch.restRecords() > 0) {
            counters.add(Counter.PACKETS_NOT_SPLIT, batch.restRecords());
            carryOut(batch.restAt(), batch.restBytes(), batch.recordAt(batch.count()), batch.restRecords());
            batch.forgetRest();
        }
    }

    private void carryOut(long packetsAt, int bytes, long recordsAt, int records) {
        int code = handle.send(packetsAt, bytes, recordsAt, records * WinDivertAddress.BYTES);
        if (code != 0) {
            if (records == 1 || WinDivertError.isOfHandle(code)) {
                counters.drop(DropReason.INJECT_REFUSED, records);
            } else {
                counters.add(Counter.PACKETS_IN_DOUBT, records); // to send them again would double those that went out
            }
            refusals.add(code);
        }
    }

    /** There is no handle any more to send by: counts what would have gone out. Any thread. */
    void lose(WinDivertBatch batch) {
        int lost = batch.restRecords();
        for (int i = 0; i < batch.count(); i++) {
            lost += batch.disposition(i) == Disposition.WITHHOLD ? 0 : 1;
        }
        counters.drop(DropReason.ENGINE_CLOSED, lost);
        batch.forgetRest();
    }

    /** @param from a packet of ours with right sums, anywhere @return false: refused */
    boolean send(ByteBuffer from, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        if (length < 20 || length > WinDivertBatch.GREATEST_PACKET) {
            return false;
        }
        packet.put(0, from, offset, length);
        WinDivertAddress.built(record, 0, flagsOfOurs, outbound, interfaceIndex, subInterfaceIndex);
        int code = handle.send(packetAt, length, recordAt, WinDivertAddress.BYTES);
        if (code != 0) {
            refusals.add(code);
        }
        return code == 0;
    }
}
