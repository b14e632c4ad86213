package io.weir.packet;

import io.weir.alternatives.BytePairChecksum;
import io.weir.alternatives.CarryChecksum;
import io.weir.alternatives.ShortWordChecksum;
import io.weir.alternatives.UnrolledChecksum;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
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

/** The full checksum of so many bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {
    @Param({"40", "576", "1480", "65515"})
    public int bytes;

    private ByteBuffer buffer;

    @Setup
    public void fill() {
        byte[] content = new byte[bytes];
        new SplittableRandom(1).nextBytes(content);
        buffer = ByteBuffer.allocateDirect(bytes).put(content);
        int expected = weir();
        if (bytePair() != expected || shortWord() != expected || carry() != expected || unrolled() != expected) {
            throw new IllegalStateException("the alternatives disagree");
        }
    }

    @Benchmark
    public int weir() {
        return Checksum.finish(Checksum.sum(buffer, 0, bytes));
    }

    @Benchmark
    public int bytePair() {
        return BytePairChecksum.finish(buffer, 0, bytes, 0);
    }

    @Benchmark
    public int shortWord() {
        return ShortWordChecksum.finish(buffer, 0, bytes, 0);
    }

    @Benchmark
    public int carry() {
        return CarryChecksum.finish(buffer, 0, bytes, 0);
    }

    @Benchmark
    public int unrolled() {
        return UnrolledChecksum.finish(buffer, 0, bytes, 0);
    }
}
