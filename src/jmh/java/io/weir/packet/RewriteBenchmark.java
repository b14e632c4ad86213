package io.weir.packet;

import io.weir.alternatives.BytePairChecksum;
import io.weir.net.Endpoint;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Parsing one packet and giving it new endpoints, checksums included. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RewriteBenchmark {
    @Param({"v4-tcp-0", "v4-tcp-1400", "v6-tcp-0", "v6-tcp-1400"})
    public String packet;

    private final PacketView view = new PacketView();
    private ByteBuffer buffer;
    private Endpoint source;
    private Endpoint destination;
    private int round;

    @Setup
    public void make() {
        buffer = Vectors.packet(packet);
        boolean ipv4 = packet.startsWith("v4");
        source = ipv4 ? Vectors.SOURCE_4 : Vectors.SOURCE_6;
        destination = ipv4 ? Vectors.DESTINATION_4 : Vectors.DESTINATION_6;
    }

    private PacketView rewritten(boolean checksumsValid, boolean pending) {
        view.parse(buffer, 0, buffer.limit());
        PacketRewriter.rewrite(view, source.address().high(), source.address().low(), 40_000 + (++round & 1023),
                destination.address().high(), destination.address().low(), destination.port(), checksumsValid, checksumsValid, pending);
        return view;
    }

    /** The captured checksums hold: RFC 1624. */
    @Benchmark
    public Object weir() {
        return rewritten(true, false);
    }

    /** The captured checksums do not hold (offload): the full sum, in 8-byte steps. */
    @Benchmark
    public Object weirInFull() {
        return rewritten(false, false);
    }

    /** The full sum by byte pairs after every rewrite. */
    @Benchmark
    public Object bytePairInFull() {
        PacketView packet = rewritten(true, true);
        int transport = packet.transportOffset();
        if (!packet.ipv6()) {
            buffer.putShort(10, (short) 0);
            buffer.putShort(10, (short) BytePairChecksum.finish(buffer, 0, 20, 0));
        }
        buffer.putShort(transport + 16, (short) 0);
        int addressBytes = packet.ipv6() ? 32 : 8;
        int pseudoHeader = ~BytePairChecksum.finish(buffer, packet.ipv6() ? 8 : 12, addressBytes, 6 + packet.transportLength()) & 0xffff;
        buffer.putShort(transport + 16, (short) BytePairChecksum.finish(buffer, transport, packet.transportLength(), pseudoHeader));
        return packet;
    }
}
