package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.net.Endpoint;
import io.weir.testkit.DeafEngine;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Writes down what the stages hand it, as lines of text. Captures nothing: tests fill batches themselves. */
final class RecordingEngine extends DeafEngine {
    static final int PACKETS = 64;
    static final int PACKET_BYTES = 2048;
    private final Consumer<String> lines;
    final Set<String> redirected = new HashSet<>();
    boolean refuses;

    RecordingEngine(Consumer<String> lines) {
        this.lines = lines;
    }

    /** A batch of these packets, as if received at {@code nowNs}. */
    static PacketBatch batch(List<byte[]> packets, List<Integer> flags, long nowNs) {
        PacketBatch batch = new TestBatch();
        batch.clear(nowNs);
        for (int i = 0; i < packets.size(); i++) {
            batch.buffer().put(i * PACKET_BYTES, packets.get(i));
            batch.add(i * PACKET_BYTES, packets.get(i).length, flags.get(i), 3, 4);
        }
        return batch;
    }

    private static final class TestBatch extends PacketBatch {
        TestBatch() {
            super(ByteBuffer.allocateDirect(PACKETS * PACKET_BYTES), PACKETS);
        }
    }

    @Override
    public void inject(PacketBatch batch) {
        for (int i = 0; i < batch.count(); i++) {
            Disposition disposition = batch.disposition(i);
            String what = switch (disposition) {
                case PASS -> "pass     ";
                case RELEASE_FLOW -> "release  ";
                case WITHHOLD -> "withhold ";
                case MODIFIED -> "rewrite  ";
            };
            String where = disposition != Disposition.MODIFIED ? ""
                    : way(batch.has(i, PacketFlags.OUTBOUND), batch.interfaceIndex(i), batch.subInterfaceIndex(i));
            byte[] bytes = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), bytes);
            boolean sumsDue = disposition == Disposition.MODIFIED && !batch.has(i, PacketFlags.SEGMENTATION_PENDING);
            lines.accept(what + where + PacketText.print(bytes, sumsDue));
        }
    }

    @Override
    public boolean inject(ByteBuffer packet, int offset, int length, boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        byte[] bytes = new byte[length];
        packet.get(offset, bytes);
        lines.accept("send     " + way(outbound, interfaceIndex, subInterfaceIndex) + PacketText.print(bytes, true));
        return !refuses;
    }

    @Override
    public void redirected(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        String flow = Endpoint.of(sourceHigh, sourceLow, sourcePort) + " > " + Endpoint.of(destinationHigh, destinationLow, destinationPort);
        lines.accept("redirect " + flow);
        assertTrue(redirected.add(flow), "redirected twice: " + flow);
    }

    @Override
    public void ended(long sourceHigh, long sourceLow, int sourcePort, long destinationHigh, long destinationLow, int destinationPort) {
        String flow = Endpoint.of(sourceHigh, sourceLow, sourcePort) + " > " + Endpoint.of(destinationHigh, destinationLow, destinationPort);
        lines.accept("over     " + flow);
        assertTrue(redirected.remove(flow), "over, but not redirected: " + flow);
    }

    private static String way(boolean outbound, int interfaceIndex, int subInterfaceIndex) {
        return (outbound ? "out " : "in  ") + interfaceIndex + "." + subInterfaceIndex + " ";
    }

    @Override
    public PacketBatch newBatch() {
        return new TestBatch();
    }
}
