package io.weir.windows.divert;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import io.weir.alternatives.InterfaceWinDivert;
import io.weir.alternatives.NothingCalled;
import io.weir.alternatives.StructureDirectWinDivert;
import io.weir.alternatives.StructureWinDivert;
import io.weir.alternatives.StructureWinDivert.WinDivertAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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

/**
 * One call of WinDivertRecvEx or WinDivertSendEx for a batch of so many packets, in a library that does nothing, beside a call of an empty
 * function with the same arguments and other ways to bind. tools/bench/binding builds the library.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BindingBenchmark {
    private static final int MOST = 255;
    private static final int PACKET = 1440;
    private static final int ADDRESS = 80;

    @Param({"1", "8", "64", "255"})
    public int batch;

    @Param({"receive", "send"})
    public String call;

    private final Memory packets = new Memory((long) MOST * PACKET);
    private final Memory addresses = new Memory((long) MOST * ADDRESS);
    private final ByteBuffer lengths = NativeMemory.allocate(8);
    private final IntByReference length = new IntByReference();
    private final IntByReference addressLength = new IntByReference();
    private final long packet = Pointer.nativeValue(packets);
    private final long address = Pointer.nativeValue(addresses);
    private final long received = NativeMemory.addressOf(lengths);
    private boolean receive;
    private long handle;
    private WinDivertLibrary library;
    private InterfaceWinDivert mapped;
    private StructureWinDivert structures;
    private WinDivertAddress[] objects;

    @Setup
    public void open() {
        String stub = Path.of("target/bench", System.mapLibraryName("windivert-stub")).toAbsolutePath().toString();
        receive = call.equals("receive");
        library = DirectWinDivert.load(Path.of(stub));
        handle = library.WinDivertOpen(NativeMemory.addressOf(NativeMemory.asciiz("true")), 0, (short) 0, 0);
        NothingCalled.register(stub);
        StructureDirectWinDivert.register(stub);
        mapped = Native.load(stub, InterfaceWinDivert.class);
        structures = Native.load(stub, StructureWinDivert.class);
        objects = (WinDivertAddress[]) Structure.newInstance(WinDivertAddress.class).toArray(batch);
    }

    /** As the engine does: room for the records is told by a receive, and written without JNA. */
    private void prepare() {
        if (receive) {
            lengths.putInt(4, batch * ADDRESS);
        }
    }

    @Benchmark
    public int weir() {
        prepare();
        return receive ? library.WinDivertRecvEx(handle, packet, MOST * PACKET, received, 0, address, received + 4, 0)
                : library.WinDivertSendEx(handle, packet, batch * PACKET, received, 0, address, batch * ADDRESS, 0);
    }

    @Benchmark
    public int emptyFunction() {
        prepare();
        return receive ? NothingCalled.NothingLikeRecvEx(handle, packet, MOST * PACKET, received, 0, address, received + 4, 0)
                : NothingCalled.NothingLikeSendEx(handle, packet, batch * PACKET, received, 0, address, batch * ADDRESS, 0);
    }

    @Benchmark
    public int mappedInterface() {
        prepare();
        return receive ? mapped.WinDivertRecvEx(handle, packet, MOST * PACKET, received, 0, address, received + 4, 0)
                : mapped.WinDivertSendEx(handle, packet, batch * PACKET, received, 0, address, batch * ADDRESS, 0);
    }

    @Benchmark
    public int structures() {
        addressLength.setValue(batch * ADDRESS);
        boolean done = receive ? structures.WinDivertRecvEx(packets, packets, MOST * PACKET, length, 0, objects, addressLength, null)
                : structures.WinDivertSendEx(packets, packets, batch * PACKET, length, 0, objects, batch * ADDRESS, null);
        return done ? 1 : 0;
    }

    @Benchmark
    public int structuresDirect() {
        if (receive) {
            addressLength.setValue(batch * ADDRESS);
            boolean done = StructureDirectWinDivert.WinDivertRecvEx(packets, packets, MOST * PACKET, length, 0, objects[0], addressLength, null);
            for (int i = 1; i < batch; i++) {
                objects[i].read();
            }
            return done ? 1 : 0;
        }
        for (int i = 1; i < batch; i++) {
            objects[i].write();
        }
        return StructureDirectWinDivert.WinDivertSendEx(packets, packets, batch * PACKET, length, 0, objects[0], batch * ADDRESS, null) ? 1 : 0;
    }
}
