package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.weir.net.Endpoint;
import io.weir.testkit.LeakWatch;
import io.weir.testkit.ScriptedServer;
import io.weir.testkit.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Splicing: an arriving connection is joined to one that is dialed to a server which counts and sums what it gets. */
@ExtendWith(LeakWatch.class)
class WireTest {
    private static final int MIB = 1 << 20;

    /** Forwards to the other wire and remembers how. */
    private static final class Forward implements WireListener {
        private final CompletableFuture<String> end = new CompletableFuture<>();
        private volatile long copied;
        private volatile long moved;
        private Wire wire;
        private Wire other;

        @Override
        public void received(ByteBuf bytes) {
            copied += bytes.readableBytes();
            other.write(bytes);
            if (other.isBacklogged()) {
                wire.pause();
            }
        }

        @Override
        public void moved(int count) {
            moved += count;
        }

        @Override
        public void drained() {
            other.resume();
        }

        @Override
        public void inputEnded() {
            other.endOutput();
            end.complete("ended");
        }

        @Override
        public void outputEnded() {
            end.complete("output ended");
        }

        @Override
        public void lost(IOException cause) {
            end.complete("lost");
        }
    }

    /** From a client to a server. */
    private static final class Tunnel implements AutoCloseable, AcceptListener {
        private final Transport transport;
        private final WireLoop loop;
        private final int serverPort;
        private final Forward up = new Forward();
        private final Forward down = new Forward();
        private final Endpoint entrance;

        Tunnel(PipeSizer sizer, int serverPort) throws IOException {
            transport = Transport.best(1, "test-wire", sizer);
            this.serverPort = serverPort;
            loop = transport.loops().get(0);
            entrance = loop.listen(Endpoint.parse("127.0.0.1:0"), this).local();
        }

        @Override
        public void arrived(Arrival arrival) {
            try {
                up.wire = arrival.take(up);
                up.wire.pause();
                loop.execute(this::connect);
            } catch (IOException e) {
                up.end.completeExceptionally(e);
            }
        }

        private void connect() {
            try {
                up.other = loop.connect(InetAddress.getLoopbackAddress(), serverPort, 0, LocalPorts.ANY, down);
                down.wire = up.other;
                down.other = up.wire;
                up.wire.spliceTo(up.other, 3 * MIB);
                up.wire.resume();
            } catch (IOException e) {
                up.end.completeExceptionally(e);
            }
        }

        @Override
        public void acceptFailed(IOException cause) {
            up.end.completeExceptionally(cause);
        }

        Socket enter() throws IOException {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress("127.0.0.1", entrance.port()));
            return socket;
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    /** What the server got. */
    private record Got(long bytes, long sum) {
    }

    private static ScriptedServer.Script counting(CompletableFuture<Got> got) {
        return client -> {
            CRC32 sum = new CRC32();
            byte[] buffer = new byte[200_000];
            long bytes = 0;
            for (int count; (count = client.socket().getInputStream().read(buffer)) >= 0; bytes += count) {
                sum.update(buffer, 0, count);
            }
            got.complete(new Got(bytes, sum.getValue()));
        };
    }

    private static long send(Socket socket, int mebibytes) throws IOException {
        SplittableRandom random = new SplittableRandom(mebibytes);
        byte[] piece = new byte[MIB];
        CRC32 sum = new CRC32();
        for (int i = 0; i < mebibytes; i++) {
            random.nextBytes(piece);
            sum.update(piece);
            socket.getOutputStream().write(piece);
        }
        return sum.getValue();
    }

    private static void assumeEpoll(Tunnel tunnel) {
        assumeTrue(tunnel.transport.isEpoll(), "there is no native epoll on this machine");
    }

    @Test
    void shouldSpliceWhatComesAfterTheFirstBytesAndStillSeeTheEnd() throws Exception {
        CompletableFuture<Got> got = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(counting(got));
                Tunnel tunnel = new Tunnel((pipe, bytes) -> bytes, server.port()); Socket client = tunnel.enter()) {
            assumeEpoll(tunnel);
            long sum = send(client, 64);
            client.shutdownOutput();
            assertEquals(new Got(64L * MIB, sum), got.get(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS));
            assertEquals("ended", tunnel.up.end.get(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS));
            assertTrue(tunnel.up.moved > 16 * MIB, "spliced only " + tunnel.up.moved + " bytes");
            assertTrue(tunnel.up.copied >= 3 * MIB, "copied only " + tunnel.up.copied + " bytes");
            assertEquals(64L * MIB, tunnel.up.moved + tunnel.up.copied);
        }
    }

    @Test
    void shouldCopyWhenPipesStaySmall() throws Exception {
        CompletableFuture<Got> got = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(counting(got));
                Tunnel tunnel = new Tunnel((pipe, bytes) -> 65_536, server.port()); Socket client = tunnel.enter()) {
            assumeEpoll(tunnel);
            long sum = send(client, 16);
            client.shutdownOutput();
            assertEquals(new Got(16L * MIB, sum), got.get(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS));
            assertEquals(0, tunnel.up.moved);
        }
    }

    @Test
    void shouldKeepNoPipeWhenNothingIsInFlight() throws Exception {
        CompletableFuture<Got> got = new CompletableFuture<>();
        long before = openPipes();
        try (ScriptedServer server = new ScriptedServer(counting(got)); Tunnel tunnel = new Tunnel((pipe, bytes) -> bytes, server.port())) {
            assumeEpoll(tunnel);
            try (Socket client = tunnel.enter()) {
                send(client, 32);
                client.setSoLinger(true, 0);
            }
            assertEquals("lost", tunnel.up.end.get(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS));
        }
        assertEquals(before, openPipes(), "pipes were left behind");
    }

    private static long openPipes() throws IOException {
        Path folder = Path.of("/proc/self/fd");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(WireTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
