package io.weir.packet;

import io.weir.alternatives.ParsedPacket;
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

/** Classifying one packet and reading what a flow's key needs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
    @Param({"v4-tcp-1400", "v4-udp-100", "v6-tcp-1400", "v6ext-udp-100"})
    public String packet;

    private ByteBuffer buffer;
    private final PacketView view = new PacketView();

    @Setup
    public void make() {
        buffer = Vectors.packet(packet);
    }

    @Benchmark
    public long weir() {
        view.parse(buffer, 0, buffer.limit());
        return view.sourceHigh() ^ view.sourceLow() ^ view.destinationHigh() ^ view.destinationLow() ^ view.sourcePort() ^ view.destinationPort()
                ^ view.payloadOffset();
    }

    /** The floor: the fields read at known places, nothing checked. */
    @Benchmark
    public long bareReads() {
        if (packet.charAt(1) == '4') {
            return buffer.getLong(12) ^ buffer.getInt(20) ^ buffer.getInt(0) ^ buffer.getInt(32);
        }
        return buffer.getLong(8) ^ buffer.getLong(16) ^ buffer.getLong(24) ^ buffer.getLong(32) ^ buffer.getInt(40) ^ buffer.getInt(52);
    }

    @Benchmark
    public Object freshObject() {
        return ParsedPacket.parse(buffer, 0, buffer.limit());
    }
}
