package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.weir.engine.Disposition;
import io.weir.engine.PacketBatch;
import io.weir.packet.PacketBuilder;
import io.weir.packet.PacketView;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Receiving and answering take no heap: zero bytes in the best of several runs (others may see the JIT at work). */
@Tag("namespace")
@Timeout(180)
class NfqueueAllocationTest {
    private static final int RUNS = 100;
    private static final int PACKETS = 50;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path folder;

    @Test
    void shouldAllocateNothingWhenPacketsPass() throws Exception {
        for (Disposition disposition : new Disposition[] {Disposition.PASS, Disposition.WITHHOLD, Disposition.MODIFIED}) {
            try (EngineLab lab = new EngineLab(folder); EngineLab.Running running = lab.engine(EngineLab.scope());
                    DatagramChannel server = lab.datagrams(lab.there, EngineLab.THERE, Diverter.PASSED);
                    DatagramChannel client = lab.datagrams(lab.here, EngineLab.HERE, 0)) {
                PacketBatch batch = running.engine.newBatch();
                ByteBuffer payload = ByteBuffer.allocateDirect(1000);
                ByteBuffer copy = ByteBuffer.allocateDirect(2000);
                long least = Long.MAX_VALUE;
                for (int run = 0; run < RUNS && least > 0; run++) {
                    for (int i = 0; i < PACKETS; i++) {
                        client.send(payload.putInt(0, i).clear(), server.getLocalAddress());
                    }
                    least = Math.min(least, allocated(running.engine, batch, disposition, copy));
                }
                assertEquals(0, least, disposition.name());
            }
        }
    }

    private static long allocated(NfqueueEngine engine, PacketBatch batch, Disposition disposition, ByteBuffer copy) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        int seen = 0;
        while (seen < PACKETS) {
            seen += engine.receive(batch, 1_000_000_000L);
            for (int i = 0; i < batch.count(); i++) {
                batch.view(i).parse(batch.buffer(), batch.offset(i), batch.length(i));
                batch.disposition(i, disposition);
                if (disposition == Disposition.WITHHOLD) {
                    PacketView packet = batch.view(i);
                    int length = PacketBuilder.udp(packet.destinationHigh(), packet.destinationLow(), packet.destinationPort(), packet.sourceHigh(),
                        packet.sourceLow(), packet.sourcePort(), batch.buffer(), packet.payloadOffset(), packet.payloadLength(), copy, 0);
                    engine.inject(copy, 0, length, false, 0, 0);
                }
            }
            engine.inject(batch);
            batch.clear(0);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
