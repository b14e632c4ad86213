package io.weir.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.testkit.Waiting;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine promises (see {@link Engine}); each engine's test extends it. */
@Timeout(180)
public abstract class EngineContractTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE_NS = Waiting.PATIENCE_NS;

    /** The world around an engine: IPv4 UDP datagrams go in, whatever came through comes out. The payload is one int, the marker. */
    public interface Wire extends AutoCloseable {
        /** The engine under test; asked for after the first {@link #send} of a test, so a replay can collect its input. */
        Engine engine();

        /** Sends one datagram with this marker through the engine. */
        void send(int marker) throws Exception;

        /** A whole IP packet with right checksums, as {@link #send} would make it. */
        byte[] packet(int marker) throws Exception;

        /** The marker of the next datagram that arrived behind the engine; null when none came within {@code timeoutNs}. */
        Integer arrived(long timeoutNs) throws Exception;

        /** Does {@code receive} wait for more (a live engine), or is the input over after what was sent (a replay)? */
        boolean live();

        @Override
        void close() throws Exception;
    }

    private Wire wire;
    private PacketBatch batch;

    protected abstract Wire openWire() throws Exception;

    @BeforeEach
    void open() throws Exception {
        wire = openWire();
    }

    @AfterEach
    void closeWire() throws Exception {
        if (wire != null) {
            wire.close();
        }
    }

    private Engine engine() {
        if (batch == null) {
            batch = wire.engine().newBatch();
        }
        return wire.engine();
    }

    private int receive(long timeoutNs) {
        return engine().receive(batch, timeoutNs);
    }

    /** Receives and gives every packet this disposition until {@code wanted} came; the markers seen. */
    private List<Integer> carry(int wanted, Disposition disposition) {
        List<Integer> seen = new ArrayList<>();
        while (seen.size() < wanted) {
            int count = receive(PATIENCE_NS);
            assertTrue(count > 0, () -> "wanted " + wanted + " packets, got " + seen + ", then " + count);
            for (int i = 0; i < count; i++) {
                seen.add(batch.buffer().getInt(markerAt(i)));
                batch.disposition(i, disposition);
            }
            engine().inject(batch);
        }
        return seen;
    }

    private int markerAt(int index) {
        return batch.offset(index) + (batch.buffer().get(batch.offset(index)) & 15) * 4 + 8;
    }

    @Test
    void shouldDeliverUnchangedAndInOrderWhenPassed() throws Exception {
        List<Integer> sent = new ArrayList<>();
        for (int marker = 1000; marker < 1150; marker++) {
            wire.send(marker);
            sent.add(marker);
        }
        assertEquals(sent, carry(150, Disposition.PASS));
        for (int marker : sent) {
            assertEquals(marker, wire.arrived(PATIENCE_NS));
        }
    }

    @Test
    void shouldDescribePacketWhenReceived() throws Exception {
        wire.send(7);
        engine();
        long before = System.nanoTime();
        assertEquals(1, receive(PATIENCE_NS));
        assertEquals(1, batch.count());
        assertEquals(Disposition.PASS, batch.disposition(0));
        assertEquals(4, batch.buffer().get(batch.offset(0)) >> 4);
        assertEquals(32, batch.length(0), "IPv4 header, UDP header, one int");
        assertTrue(batch.has(0, PacketFlags.OUTBOUND));
        boolean now = batch.receivedNs() - before >= 0 && System.nanoTime() - batch.receivedNs() >= 0;
        assertTrue(now || !wire.live(), "receivedNs is of this receive (a replay has the capture's time)");
        engine().inject(batch);
    }

    @Test
    void shouldDeliverNothingWhenWithheld() throws Exception {
        wire.send(1);
        carry(1, Disposition.WITHHOLD);
        assertNull(wire.arrived(SECOND / 5));
    }

    @Test
    void shouldDeliverNewBytesWhenModified() throws Exception {
        wire.send(1);
        assertEquals(1, receive(PATIENCE_NS));
        batch.buffer().putInt(markerAt(0), 77);
        batch.buffer().putShort(markerAt(0) - 2, (short) 0); // RFC 768: no checksum
        batch.disposition(0, Disposition.MODIFIED);
        engine().inject(batch);
        assertEquals(77, wire.arrived(PATIENCE_NS));
    }

    @Test
    void shouldCarryOutEachDispositionWhenBatchIsMixed() throws Exception {
        for (int marker = 0; marker < 30; marker++) {
            wire.send(marker);
        }
        int seen = 0;
        while (seen < 30) {
            int count = receive(PATIENCE_NS);
            assertTrue(count > 0);
            for (int i = 0; i < count; i++) {
                int marker = batch.buffer().getInt(markerAt(i));
                if (marker % 3 == 1) {
                    batch.disposition(i, Disposition.WITHHOLD);
                } else if (marker % 3 == 2) {
                    batch.buffer().putInt(markerAt(i), marker + 1000);
                    batch.buffer().putShort(markerAt(i) - 2, (short) 0);
                    batch.disposition(i, Disposition.MODIFIED);
                }
            }
            seen += count;
            engine().inject(batch);
        }
        for (int marker = 0; marker < 30; marker++) {
            if (marker % 3 != 1) {
                assertEquals(marker % 3 == 2 ? marker + 1000 : marker, wire.arrived(PATIENCE_NS));
            }
        }
        assertNull(wire.arrived(SECOND / 10));
    }

    @Test
    void shouldDeliverInjectedPacketAndNotCaptureItWhenOutbound() throws Exception {
        wire.send(1);
        carry(1, Disposition.WITHHOLD);
        byte[] packet = wire.packet(42);
        ByteBuffer buffer = ByteBuffer.allocateDirect(packet.length + 5);
        buffer.put(5, packet);
        assertTrue(engine().inject(buffer, 5, packet.length, true, 0, 0));
        assertEquals(42, wire.arrived(PATIENCE_NS));
        if (wire.live()) {
            assertEquals(0, receive(SECOND / 10), "what we inject is not captured again");
        }
    }

    @Test
    void shouldReturnZeroWhenTimeoutPasses() throws Exception {
        assumeTrue(wire.live(), "a replay does not wait");
        engine();
        for (int round = 0; round < 3; round++) {
            long before = System.nanoTime();
            assertEquals(0, receive(SECOND / 20));
            long waited = System.nanoTime() - before;
            assertTrue(waited >= SECOND / 25, () -> "returned after " + waited + " ns");
        }
    }

    @Test
    void shouldReturnOnceWhenWokenBeforeReceiving() {
        assumeTrue(wire.live(), "a replay does not wait");
        for (int i = 0; i < 1000; i++) {
            engine().wakeup();
        }
        long before = System.nanoTime();
        assertEquals(0, receive(PATIENCE_NS));
        assertTrue(System.nanoTime() - before < PATIENCE_NS / 2, "a wake-up nobody waited for is remembered");
        long again = System.nanoTime();
        assertEquals(0, receive(SECOND / 10));
        assertTrue(System.nanoTime() - again >= SECOND / 12, "wake-ups are coalesced");
    }

    @Test
    void shouldReturnWhenWokenWhileReceiving() throws Exception {
        assumeTrue(wire.live(), "a replay does not wait");
        Engine engine = engine();
        for (int round = 0; round < 20; round++) {
            CountDownLatch about = new CountDownLatch(1);
            Thread waker = new Thread(() -> {
                about.countDown();
                engine.wakeup();
            });
            waker.start();
            Waiting.forLatch(about, "the other thread");
            long before = System.nanoTime();
            assertEquals(0, receive(PATIENCE_NS));
            assertTrue(System.nanoTime() - before < PATIENCE_NS / 2);
            waker.join();
        }
    }

    @Test
    void shouldStillDeliverPacketsWhenWoken() throws Exception {
        assumeTrue(wire.live(), "a replay does not wait");
        wire.send(5);
        engine().wakeup();
        int count = receive(PATIENCE_NS);
        if (count == 0) {
            count = receive(PATIENCE_NS);
        }
        assertEquals(1, count);
        engine().inject(batch);
        assertEquals(5, wire.arrived(PATIENCE_NS));
    }

    @Test
    void shouldEndWhenShutDown() throws Exception {
        wire.send(1);
        carry(1, Disposition.PASS);
        engine().shutdown();
        engine().shutdown();
        int count = receive(PATIENCE_NS);
        if (count == 0) {
            count = receive(PATIENCE_NS);
        }
        assertEquals(Engine.SHUT_DOWN, count);
        assertEquals(Engine.SHUT_DOWN, receive(PATIENCE_NS));
    }

    @Test
    void shouldUnblockWhenShutDownWhileReceiving() throws Exception {
        assumeTrue(wire.live(), "a replay does not wait");
        Engine engine = engine();
        Thread ender = new Thread(engine::shutdown);
        ender.start();
        long before = System.nanoTime();
        int count = receive(PATIENCE_NS);
        if (count == 0) {
            count = receive(PATIENCE_NS);
        }
        assertEquals(Engine.SHUT_DOWN, count);
        assertTrue(System.nanoTime() - before < PATIENCE_NS / 2);
        ender.join();
    }

    @Test
    void shouldCloseTwiceWhenAsked() {
        engine().close();
        engine().close();
    }
}
