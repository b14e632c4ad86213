package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.Conversation;
import io.weir.testkit.ScriptedServer;
import io.weir.testkit.Waiting;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One gibibyte each way at the same time, to the byte. */
@Tag("slow")
class RelayBulkTest {
    /** Less on a system that is played by another, where a run says nothing about speed and takes five times as long. */
    private static final int PIECES = Boolean.getBoolean("weir.test.short") ? 64 : 1024;
    private static final int PIECE_BYTES = 1 << 20;
    private static final Map<String, Supplier<Transport>> TRANSPORTS = Map.of(
        "copying", () -> Transport.best(1, "test-bulk", null),
        "splicing", () -> Transport.best(1, "test-bulk", (fileDescriptor, bytes) -> bytes),
        "portable", () -> Transport.nio(1, "test-bulk"));

    private static long send(OutputStream out, long seed) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] piece = new byte[PIECE_BYTES];
        new SplittableRandom(seed).nextBytes(piece);
        for (int i = 0; i < PIECES; i++) {
            piece[i] ^= (byte) i; // no two pieces are alike
            sum.update(piece);
            out.write(piece);
        }
        return sum.getValue();
    }

    /** {bytes, sum} up to the end. */
    private static long[] receive(InputStream in) throws IOException {
        CRC32C sum = new CRC32C();
        byte[] buffer = new byte[300_000];
        long bytes = 0;
        for (int count; (count = in.read(buffer)) >= 0; bytes += count) {
            sum.update(buffer, 0, count);
        }
        return new long[] {bytes, sum.getValue()};
    }

    private static CompletableFuture<Long> sendAside(Conversation conversation, long seed) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                long sum = send(conversation.socket().getOutputStream(), seed);
                conversation.endOutput();
                return sum;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, task -> new Thread(task, "sender").start());
    }

    @ParameterizedTest
    @ValueSource(strings = {"copying", "splicing", "portable"})
    void shouldCarryAGibibyteEachWay(String way) throws Exception {
        CompletableFuture<long[]> serverGot = new CompletableFuture<>();
        CompletableFuture<Long> serverSent = new CompletableFuture<>();
        RelaySettings settings = RelayLab.PATIENT;
        try (ScriptedServer server = new ScriptedServer(client -> {
            CompletableFuture<Long> sent = sendAside(client, 1);
            serverGot.complete(receive(client.socket().getInputStream()));
            serverSent.complete(sent.join());
        }); RelayLab lab = new RelayLab(settings, Upstreams.NONE, TRANSPORTS.get(way).get());
                RelayLab.Flow flow = lab.order(server.address(), null)) {
            Conversation client = flow.dialed().connect();
            CompletableFuture<Long> clientSent = sendAside(client, 2);
            long[] clientGot = receive(client.socket().getInputStream());
            assertEquals((long) PIECES * PIECE_BYTES, clientGot[0]);
            assertEquals(serverSent.get(2 * Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS), clientGot[1]);
            assertEquals((long) PIECES * PIECE_BYTES, serverGot.get(2 * Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS)[0]);
            assertEquals(clientSent.get(2 * Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS), serverGot.join()[1]);
            assertEquals(new RelayLab.End(clientGot[0], clientGot[0], "closed by both sides"), flow.end());
            assertTrue(server.problems().isEmpty(), server.problems().toString());
        }
    }
}
