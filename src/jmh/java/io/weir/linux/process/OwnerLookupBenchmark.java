package io.weir.linux.process;

import io.weir.alternatives.ProcNetTcp;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Who owns this connection, on a machine with so many open sockets. The alternatives: the same without the watch on who makes a socket, the exact
 * query alone (without finding the process), and reading the table of all connections (also without finding the process).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 2, jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OwnerLookupBenchmark {
    @Param({"200", "2000", "16000"})
    public int sockets;

    private final List<SocketChannel> open = new ArrayList<>();
    private final ProcNetTcp table = new ProcNetTcp();
    private LinuxOwnerLookup watched;
    private LinuxOwnerLookup searched;
    private SocketDiag diag;
    private Endpoint local;
    private Endpoint remote;
    private byte[] row;

    @Setup
    public void open() throws IOException, InterruptedException {
        watched = new LinuxOwnerLookup(SocketWatch.start());
        searched = new LinuxOwnerLookup((SocketWatch) null);
        diag = new SocketDiag();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            while (open.size() < sockets) {
                open.add(SocketChannel.open(StandardProtocolFamily.INET));
                open.get(open.size() - 1).connect(server.getLocalAddress());
                open.add(server.accept());
            }
        }
        SocketChannel middle = open.get(sockets / 4 * 2);
        local = endpoint((InetSocketAddress) middle.getLocalAddress());
        remote = endpoint((InetSocketAddress) middle.getRemoteAddress());
        row = String.format("0100007F:%04X 0100007F:%04X", local.port(), remote.port()).getBytes(StandardCharsets.US_ASCII);
        ask(watched);
        ask(searched);
        exactQuery();
        if (!weir().equals(searched()) || weir().pid() != ProcessHandle.current().pid() || diag.inode() != procNetTcp()) {
            throw new IllegalStateException("the alternatives disagree");
        }
    }

    private static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(IpAddress.ofBytes(address.getAddress().getAddress()), address.getPort());
    }

    private void ask(LinuxOwnerLookup lookup) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        lookup.ask(new OwnerQuery(1, Protocol.TCP, local, remote), (query, owner) -> answered.countDown());
        answered.await();
    }

    @TearDown
    public void close() throws IOException {
        watched.close();
        searched.close();
        diag.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    private Owner find(LinuxOwnerLookup lookup) {
        return lookup.find(Protocol.TCP, local.address().high(), local.address().low(), local.port(),
            remote.address().high(), remote.address().low(), remote.port(), 0);
    }

    @Benchmark
    public Owner weir() {
        return find(watched);
    }

    @Benchmark
    public Owner searched() {
        return find(searched);
    }

    @Benchmark
    public boolean exactQuery() {
        return diag.find(Protocol.TCP, local.address().high(), local.address().low(), local.port(),
            remote.address().high(), remote.address().low(), remote.port(), 0);
    }

    @Benchmark
    public long procNetTcp() throws IOException {
        return table.inode(row);
    }
}
