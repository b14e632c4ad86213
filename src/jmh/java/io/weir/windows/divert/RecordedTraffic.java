package io.weir.windows.divert;

import io.weir.net.Endpoint;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Batches as WinDivertRecvEx leaves them: packets back to back, and an address record for each. Segments of so many flows in random order, half of
 * them from the application (captured on a network interface), half from the relay (on the loopback interface), one in ten of a flow that is not
 * redirected. Every second one is a bare acknowledgement, the others carry 1,400 bytes.
 */
final class RecordedTraffic {
    /** What distinguishes recordings. */
    enum Kind {
        /** The sums are right in every packet. */
        SUMMED,
        /** The network card would still have to compute the TCP sums of what the application sends. */
        OFFLOADED,
        /** No packet belongs to a redirected flow. */
        UNTOUCHED
    }

    static final int HEADERS = 40;
    private static final int PACKETS = 100_000;
    private static final Endpoint ELSEWHERE = Endpoint.parse("203.0.113.250:8443");

    private final int batch;
    private final int turns;
    private final ByteBuffer headers;
    private final ByteBuffer records;
    private final int[] lengths;
    private int turn;

    RecordedTraffic(List<RedirectedFlow> flows, int batch, Kind kind, long seed) {
        this.batch = batch;
        turns = PACKETS / batch;
        headers = ByteBuffer.allocateDirect(turns * batch * HEADERS);
        records = ByteBuffer.allocateDirect(turns * batch * WinDivertAddress.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        lengths = new int[turns * batch];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < turns * batch; i++) {
            record(i, flows.get(random.nextInt(flows.size())), random, kind);
        }
    }

    private void record(int index, RedirectedFlow flow, SplittableRandom random, Kind kind) {
        boolean redirected = kind != Kind.UNTOUCHED && random.nextInt(10) != 0;
        boolean fromRelay = redirected && random.nextBoolean();
        PacketFixtures fixture = fromRelay ? PacketFixtures.tcp(flow.relay(), flow.peer())
                : PacketFixtures.tcp(flow.application(), redirected ? flow.destination() : ELSEWHERE);
        byte[] packet = fixture.payload(new byte[random.nextBoolean() ? 0 : 1400]).bytes();
        lengths[index] = packet.length;
        headers.put(index * HEADERS, packet, 0, HEADERS);
        int sums = kind == Kind.OFFLOADED && !fromRelay ? WinDivertAddress.IP_CHECKSUM : WinDivertAddress.CHECKSUMS;
        int at = index * WinDivertAddress.BYTES;
        records.put(at + WinDivertAddress.FLAGS, (byte) (WinDivertAddress.OUTBOUND | (fromRelay ? WinDivertAddress.LOOPBACK : 0) | sums));
        records.putInt(at + WinDivertAddress.INTERFACE, fromRelay ? 1 : 7);
    }

    void rewind() {
        turn = 0;
    }

    int batch() {
        return batch;
    }

    /**
     * Writes the next batch's headers and address records to where a receive puts them; payloads are whatever lies there.
     *
     * @return bytes of packets
     */
    int next(ByteBuffer packets, ByteBuffer addresses) {
        int first = turn * batch;
        turn = turn + 1 == turns ? 0 : turn + 1;
        addresses.put(0, records, first * WinDivertAddress.BYTES, batch * WinDivertAddress.BYTES);
        int at = 0;
        for (int i = first; i < first + batch; i++) {
            packets.put(at, headers, i * HEADERS, HEADERS);
            at += lengths[i];
        }
        return at;
    }
}
