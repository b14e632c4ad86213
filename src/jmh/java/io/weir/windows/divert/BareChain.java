package io.weir.windows.divert;

import io.weir.alternatives.BareRewrite;
import io.weir.flow.Flow;
import io.weir.flow.FlowTable;
import io.weir.flow.Translation;
import io.weir.packet.PacketRewriter;
import io.weir.packet.PacketView;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a loop does that only receives, parses, looks up, sums and sends: no rules, owners, states, deadlines, counters, clock, nothing withheld. Once
 * with the parts Weir is made of, once written out by hand for whole IPv4 TCP segments without options whose sums are right.
 */
final class BareChain {
    private static final int TCP = 6;
    private static final long IPV4 = 0xffff_0000_0000L;
    private static final int PLAIN_IPV4 = 0x45;

    private final FlowTable<Flow> table;
    private final Translation[] translations;
    final WinDivertBatch batch = new WinDivertBatch();
    private final RecordedDriver driver = new RecordedDriver();
    private final PacketView view = new PacketView();
    private int packetsInBatch;

    private static final class Entry extends Flow {
    }

    BareChain(List<RedirectedFlow> flows) {
        table = new FlowTable<>(flows.size(), 1, Entry::new);
        translations = new Translation[flows.size()];
        for (int i = 0; i < translations.length; i++) {
            RedirectedFlow flow = flows.get(i);
            translations[i] = new Translation(0, flow.application().address().low(), flow.application().port(), 0,
                    flow.destination().address().low(), flow.destination().port(), 0, flow.peer().address().low(), flow.peer().port(), 0,
                    flow.relay().address().low(), flow.relay().port(), true, 1, 0, 7, 0);
            int handle = table.open(TCP, 0, flow.application().address().low(), flow.application().port(), 0,
                    flow.destination().address().low(), flow.destination().port());
            table.translate(table.flow(handle), translations[i]);
        }
    }

    void replay(RecordedTraffic next) {
        driver.replay(next, batch);
        packetsInBatch = next.batch();
    }

    /** Only what every other turn begins and ends with: the next batch received, and sent. @return packets */
    int nothing() {
        return send(receive());
    }

    /** @return bytes of packets */
    private int receive() {
        driver.WinDivertRecvEx(1, batch.packetsAt(), WinDivertBatch.PACKET_BYTES, batch.receivedAt(), 0, batch.recordAt(0), batch.recordBytesAt(), 0);
        return driver.receivedBytes();
    }

    private int send(int bytes) {
        driver.WinDivertSendEx(1, batch.packetsAt(), bytes, 0, 0, batch.recordAt(0), packetsInBatch * WinDivertAddress.BYTES, 0);
        return packetsInBatch;
    }

    int sameParts() {
        ByteBuffer packets = batch.buffer();
        ByteBuffer records = batch.records();
        int end = receive();
        int at = 0;
        for (int record = 0; at < end; record += WinDivertAddress.BYTES) {
            view.parse(packets, at, end - at);
            int handle = table.find(view.protocol(), view.sourceHigh(), view.sourceLow(), view.sourcePort(),
                    view.destinationHigh(), view.destinationLow(), view.destinationPort());
            if (handle != FlowTable.MISSING) {
                rewrite(table.flow(handle).translation(), FlowTable.isReply(handle), records, record);
            }
            at += view.length();
        }
        return send(end);
    }

    private void rewrite(Translation to, boolean reply, ByteBuffer records, int record) {
        int flags = WinDivertAddress.flags(records, record);
        boolean believed = (flags & WinDivertAddress.LOOPBACK) == 0;
        boolean ip = believed && (flags & WinDivertAddress.IP_CHECKSUM) != 0;
        boolean tcp = believed && (flags & WinDivertAddress.TCP_CHECKSUM) != 0;
        if (reply) {
            PacketRewriter.rewrite(view, to.destinationHigh(), to.destinationLow(), to.destinationPort(),
                    to.applicationHigh(), to.applicationLow(), to.applicationPort(), ip, tcp, false);
            WinDivertAddress.rerouted(records, record, false, to.interfaceIndex(), to.subInterfaceIndex());
        } else {
            PacketRewriter.rewrite(view, to.peerHigh(), to.peerLow(), to.peerPort(), to.relayHigh(), to.relayLow(), to.relayPort(), ip, tcp, false);
            WinDivertAddress.rerouted(records, record, true, to.toRelayInterface(), to.toRelaySubInterface());
        }
    }

    int byHand() {
        ByteBuffer packets = batch.buffer();
        ByteBuffer records = batch.records();
        int end = receive();
        int at = 0;
        for (int record = 0; at < end; record += WinDivertAddress.BYTES) {
            int first = packets.getInt(at);
            if (first >>> 24 != PLAIN_IPV4 || (packets.getShort(at + 6) & 0x3fff) != 0 || packets.get(at + 9) != TCP) {
                throw new IllegalStateException("not what was recorded");
            }
            long addresses = packets.getLong(at + 12);
            int ports = packets.getInt(at + 20);
            int handle = table.find(TCP, 0, IPV4 | addresses >>> 32, ports >>> 16, 0, IPV4 | addresses & 0xffff_ffffL, ports & 0xffff);
            if (handle != FlowTable.MISSING) {
                Translation to = translations[handle >>> 1];
                if (FlowTable.isReply(handle)) {
                    BareRewrite.rewrite(packets, at, to.destinationLow() << 32 | to.applicationLow() & 0xffff_ffffL,
                            to.destinationPort() << 16 | to.applicationPort());
                    WinDivertAddress.rerouted(records, record, false, to.interfaceIndex(), to.subInterfaceIndex());
                } else {
                    BareRewrite.rewrite(packets, at, to.peerLow() << 32 | to.relayLow() & 0xffff_ffffL, to.peerPort() << 16 | to.relayPort());
                    WinDivertAddress.rerouted(records, record, true, to.toRelayInterface(), to.toRelaySubInterface());
                }
            }
            at += first & 0xffff;
        }
        return send(end);
    }
}
