package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.packet.PacketBuilder;
import io.weir.packet.PacketView;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Receiving, waiting, sending and waking take no heap on Windows: zero bytes in the best of several runs (others may see the JIT at work). */
@Tag("windows")
@Tag("bed")
@Timeout(180)
@EnabledIfSystemProperty(named = "weir.bed.standin", matches = ".+", disabledReason = "needs a Windows JVM and a driver: tools/wine/junit")
class WinDivertAllocationTest {
    private static final int RUNS = 100;
    private static final int PACKETS = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(Disposition.class)
    void shouldAllocateNothingWhenPacketsAreHandled(Disposition disposition) throws Exception {
        try (LoopbackWire wire = new LoopbackWire()) {
            PacketBatch batch = wire.engine.newBatch();
            ByteBuffer built = ByteBuffer.allocateDirect(2000);
            long least = Long.MAX_VALUE;
            for (int run = 0; run < RUNS && least > 0; run++) {
                for (int i = 0; i < PACKETS; i++) {
                    wire.send(i);
                }
                least = Math.min(least, allocated(wire.engine, batch, disposition, built));
            }
            assertEquals(0, least);
        }
    }

    private static long allocated(WinDivertEngine engine, PacketBatch batch, Disposition disposition, ByteBuffer built) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        engine.wakeup();
        int seen = engine.receive(batch, 0); // whether woken or not
        do {
            for (int i = 0; i < batch.count(); i++) {
                PacketView packet = batch.view(i);
                packet.parse(batch.buffer(), batch.offset(i), batch.length(i));
                batch.disposition(i, disposition);
                if (disposition == Disposition.WITHHOLD) {
                    int length = PacketBuilder.udp(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort(), packet.sourceHigh(),
                        packet.sourceLow(), packet.sourcePort(), batch.buffer(), packet.payloadOffset(), packet.payloadLength(), built, 0);
                    engine.inject(built, 0, length, true, 0, 0);
                }
            }
            engine.inject(batch);
            seen += engine.receive(batch, 5_000_000_000L);
        } while (seen < PACKETS);
        engine.inject(batch);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
