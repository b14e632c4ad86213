package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.Disposition;
import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.PacketBatch;
import io.weir.engine.PacketFlags;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.testkit.Haste;
import io.weir.testkit.PacketFixtures;
import io.weir.testkit.Waiting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class WinDivertEngineTest {
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] SYN = PacketFixtures.tcp("10.0.0.1:4000", "203.0.113.2:443").flags(PacketFixtures.SYN).bytes();

    private final FakeEngine fake = new FakeEngine();
    private final FakeDriver driver = fake.driver;
    private final WinDivertEngine engine = fake.engine;
    private final PacketBatch batch = engine.newBatch();

    @AfterEach
    void close() {
        engine.close();
    }

    private void capture(int flags, byte[]... packets) {
        for (byte[] packet : packets) {
            driver.capture(packet, FakeDriver.networkRecord(flags, 5, 1));
        }
    }

    private int receive() {
        return engine.receive(batch, 60 * SECOND);
    }

    @Test
    void shouldOpenTheNetworkLayerWithOurPriorityWhenMade() {
        assertEquals("false", driver.filter);
        assertEquals(WinDivertAddress.LAYER_NETWORK, driver.layer);
        assertEquals(DivertSettings.DEFAULT_PRIORITY, driver.priority);
        assertEquals(0, driver.flags);
    }

    @Test
    void shouldLeaveRecordsByteForByteWhenPacketsPass() {
        capture(WinDivertAddress.OUTBOUND | WinDivertAddress.IMPOSTOR | WinDivertAddress.UDP_CHECKSUM, SYN, SYN, SYN);
        assertEquals(3, receive());
        batch.disposition(1, Disposition.RELEASE_FLOW);
        engine.inject(batch);
        byte[] expected = FakeDriver.networkRecord(WinDivertAddress.OUTBOUND | WinDivertAddress.IMPOSTOR | WinDivertAddress.UDP_CHECKSUM, 5, 1);
        assertEquals(1, driver.sends.size(), "one call for a row of three");
        for (FakeDriver.Sent sent : driver.sent()) {
            assertArrayEquals(expected, sent.record());
            assertArrayEquals(SYN, sent.packet());
        }
    }

    @Test
    void shouldSayWhereAndThatSumsAreRightWhenModified() {
        int captured = WinDivertAddress.OUTBOUND | WinDivertAddress.LOOPBACK | WinDivertAddress.SNIFFED;
        capture(captured, SYN);
        assertEquals(1, receive());
        batch.disposition(0, Disposition.MODIFIED);
        batch.reroute(0, false, 77, 3);
        engine.inject(batch);
        byte[] expected = FakeDriver.networkRecord(captured & ~WinDivertAddress.OUTBOUND | WinDivertAddress.CHECKSUMS, 77, 3);
        assertArrayEquals(expected, driver.sent().get(0).record());
    }

    @Test
    void shouldKeepDirectionAndInterfaceWhenModifiedWithoutReroute() {
        capture(WinDivertAddress.OUTBOUND, SYN);
        receive();
        batch.disposition(0, Disposition.MODIFIED);
        engine.inject(batch);
        assertArrayEquals(FakeDriver.networkRecord(WinDivertAddress.OUTBOUND | WinDivertAddress.CHECKSUMS, 5, 1), driver.sent().get(0).record());
    }

    @Test
    void shouldSendOneCallForEachRowWhenSomeAreWithheld() {
        List<Integer> rows = new ArrayList<>();
        for (int marker = 0; marker < 9; marker++) {
            fake.send(marker);
        }
        assertEquals(9, receive());
        for (int withheld : new int[] {0, 3, 4, 8}) {
            batch.disposition(withheld, Disposition.WITHHOLD);
        }
        engine.inject(batch);
        driver.sends.forEach(row -> row.forEach(sent -> rows.add(ByteBuffer.wrap(sent.packet()).getInt(28))));
        assertEquals(List.of(1, 2, 5, 6, 7), rows);
        assertEquals(List.of(2, 3), driver.sends.stream().map(List::size).toList());
    }

    @Test
    void shouldTellFlagsAndInterfaceOfEachPacketWhenReceived() {
        capture(WinDivertAddress.OUTBOUND | WinDivertAddress.IP_CHECKSUM | WinDivertAddress.UDP_CHECKSUM, SYN);
        capture(WinDivertAddress.IMPOSTOR | WinDivertAddress.TCP_CHECKSUM, SYN);
        capture(WinDivertAddress.OUTBOUND | WinDivertAddress.LOOPBACK | WinDivertAddress.CHECKSUMS, SYN);
        assertEquals(3, receive());
        assertEquals(PacketFlags.OUTBOUND | PacketFlags.IP_CHECKSUM_VALID, batch.flags(0), "the UDP bit says nothing of TCP");
        assertEquals(PacketFlags.IMPOSTOR | PacketFlags.TRANSPORT_CHECKSUM_VALID, batch.flags(1));
        assertEquals(PacketFlags.OUTBOUND | PacketFlags.LOOPBACK, batch.flags(2), "no bit is believed on loopback");
        assertEquals(5, batch.interfaceIndex(0));
        assertEquals(1, batch.subInterfaceIndex(0));
    }

    @Test
    void shouldFillWholeBatchWhenManyWait() {
        for (int marker = 0; marker < 300; marker++) {
            fake.send(marker);
        }
        assertEquals(WinDivertAddress.MOST, receive());
        engine.inject(batch);
        assertEquals(45, receive());
        engine.inject(batch);
        assertEquals(300, driver.sent().size());
    }

    @Test
    void shouldCarryTheGreatestPacketWhenItComes() {
        byte[] greatest = PacketFixtures.udp("[2001:db8::1]:4000", "[2001:db8::2]:9").payloadLength(65_535 - 8).bytes();
        assertEquals(WinDivertBatch.GREATEST_PACKET, greatest.length);
        capture(WinDivertAddress.OUTBOUND, greatest, greatest);
        assertEquals(2, receive());
        assertEquals(65_575, batch.length(1));
        engine.inject(batch);
        assertArrayEquals(greatest, driver.sent().get(1).packet());
        ByteBuffer ours = ByteBuffer.allocateDirect(greatest.length).put(0, greatest);
        assertTrue(engine.inject(ours, 0, greatest.length, true, 0, 0));
        assertArrayEquals(greatest, driver.sent().get(2).packet());
    }

    @Test
    void shouldHandBackTheRestUntouchedWhenAPacketCannotBeTakenApart() {
        byte[] garbage = {0x75, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
        capture(WinDivertAddress.OUTBOUND, SYN, garbage, SYN);
        assertEquals(1, receive());
        batch.disposition(0, Disposition.WITHHOLD);
        engine.inject(batch);
        assertEquals(1, driver.sends.size());
        FakeDriver.Sent rest = driver.sends.get(0).get(0);
        byte[] both = new byte[garbage.length + SYN.length];
        System.arraycopy(garbage, 0, both, 0, garbage.length);
        System.arraycopy(SYN, 0, both, garbage.length, SYN.length);
        assertArrayEquals(both, rest.packet());
        assertArrayEquals(FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, 5, 1), rest.record());
        assertEquals(2, fake.counters.get(Counter.PACKETS_NOT_SPLIT));
        engine.inject(batch);
        assertEquals(1, driver.sends.size(), "once");
    }

    @Test
    void shouldHandBackAtOnceWhenNothingOfABatchCanBeTakenApart() {
        byte[] garbage = {0x45, 0, 0, 19, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
        capture(WinDivertAddress.OUTBOUND, garbage);
        assertEquals(0, receive());
        assertArrayEquals(garbage, driver.sends.get(0).get(0).packet());
    }

    @Test
    void shouldKeepReceivePendingInItsBatchWhenTimeOutOrWakeUpComes() {
        for (int round = 0; round < 3; round++) {
            assertEquals(0, engine.receive(batch, 1_000_000));
            assertTrue(driver.isPending());
            engine.wakeup();
            assertEquals(0, engine.receive(batch, 20 * SECOND));
        }
        fake.send(8);
        assertEquals(1, receive());
        assertEquals(8, batch.buffer().getInt(28));
    }

    @Test
    void shouldGiveWhatWasPendingElsewhereWhenAnotherBatchIsPassed() {
        assertEquals(0, engine.receive(batch, 0));
        PacketBatch other = engine.newBatch();
        assertNotSame(batch, other);
        capture(WinDivertAddress.OUTBOUND, SYN);
        assertEquals(1, engine.receive(other, 5 * SECOND));
        assertEquals(1, other.count());
        engine.inject(other);
        assertArrayEquals(SYN, driver.sent().get(0).packet());
        assertArrayEquals(FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, 5, 1), driver.sent().get(0).record());
    }

    @Test
    void shouldWakeWithoutASystemCallWhenNobodyWaits() {
        for (int i = 0; i < 100; i++) {
            engine.wakeup();
        }
        assertEquals(0, driver.setEvents);
    }

    @Test
    void shouldCountAndGoOnWhenTheStackRefusesAPacket() {
        driver.sendErrors.add(1232);
        driver.sendErrors.add(1232);
        capture(WinDivertAddress.OUTBOUND, SYN, SYN, SYN);
        assertEquals(3, receive());
        batch.disposition(1, Disposition.WITHHOLD);
        engine.inject(batch);
        assertEquals(2, fake.counters.get(Counter.SENDS_REFUSED));
        assertEquals(2, fake.counters.get(DropReason.INJECT_REFUSED));
        assertEquals(2, driver.sent().size());
    }

    @Test
    void shouldSayNoWhenABuiltPacketIsRefused() {
        driver.sendErrors.add(87);
        ByteBuffer packet = ByteBuffer.allocateDirect(SYN.length).put(0, SYN);
        assertFalse(engine.inject(packet, 0, SYN.length, false, 0, 0));
        assertEquals(1, fake.counters.get(Counter.SENDS_REFUSED));
        assertEquals(0, fake.counters.get(DropReason.INJECT_REFUSED), "the caller counts it");
        assertFalse(engine.inject(packet, 0, 19, false, 0, 0));
        assertTrue(engine.inject(packet, 0, SYN.length, false, 4, 2));
        byte[] record = driver.sent().get(1).record();
        assertEquals(WinDivertAddress.CHECKSUMS, record[WinDivertAddress.FLAGS] & 0xff);
        assertEquals(4, record[WinDivertAddress.INTERFACE]);
        assertEquals(2, record[WinDivertAddress.SUB_INTERFACE]);
        assertEquals(0, record[WinDivertAddress.TIMESTAMP]);
    }

    @Test
    void shouldRetryAndGoOnWhenReceivingFailsAFewTimes() {
        driver.failReceives(1450, WinDivertEngine.MOST_FAILURES - 1);
        fake.send(3);
        int received = 0;
        for (int call = 0; received == 0 && call < 100; call++) {
            received = receive();
        }
        assertEquals(1, received);
        assertEquals(WinDivertEngine.MOST_FAILURES - 1, fake.counters.get(Counter.RECEIVE_FAILURES));
        driver.failReceives(1450, WinDivertEngine.MOST_FAILURES - 1);
        fake.send(4);
        for (received = 0; received == 0; ) {
            received = receive(); // what came in between has set the count back
        }
    }

    @Test
    void shouldEndVisiblyWhenReceivingKeepsFailing() {
        driver.failReceives(1450, 1000);
        EngineException end = assertThrows(EngineException.class, () -> {
            for (int call = 0; call < 1000; call++) {
                assertEquals(0, receive());
            }
        });
        assertEquals("receiving from the WinDivert driver failed: Windows has no memory for it (error 1450, ERROR_NO_SYSTEM_RESOURCES)", end.getMessage());
        assertFalse(end.remedy().isEmpty());
        assertEquals(WinDivertEngine.MOST_FAILURES, fake.counters.get(Counter.RECEIVE_FAILURES));
    }

    @Test
    void shouldEndVisiblyWhenTheDriverStopsThoughNobodyShutItDown() {
        driver.failReceives(WinDivertError.NO_DATA, 1000);
        assertThrows(EngineException.class, () -> {
            for (int call = 0; call < 1000; call++) {
                assertEquals(0, receive(), "an orderly end nobody asked for is none");
            }
        });
    }

    @Test
    void shouldRetryWhenAPendingReceiveFails() {
        assertEquals(0, engine.receive(batch, 0));
        driver.failPending(1450);
        assertEquals(0, receive());
        fake.send(1);
        int received = 0;
        while (received == 0) {
            received = receive();
        }
        assertEquals(1, fake.counters.get(Counter.RECEIVE_FAILURES));
    }

    @Test
    void shouldWakeUpWhenItPausesAfterAFailure() throws Exception {
        // the pause after eight failures is 100 ms: unless woken, it never takes less
        Haste.assertWithin(Duration.ofMillis(80), () -> {
            long failed = fake.counters.get(Counter.RECEIVE_FAILURES);
            driver.failReceives(1450, 8);
            for (int i = 0; i < 8; i++) {
                while (fake.counters.get(Counter.RECEIVE_FAILURES) == failed + i) {
                    assertEquals(0, receive());
                }
            }
            engine.wakeup();
            Duration took = Haste.timed(() -> assertEquals(0, receive()));
            fake.send(1);
            Waiting.until("the engine has recovered", () -> receive() == 1);
            return took;
        });
    }

    @Test
    void shouldHandOutWhatIsQueuedWhenShutDown() {
        fake.send(1);
        fake.send(2);
        engine.shutdown();
        assertEquals(2, receive());
        engine.inject(batch);
        assertEquals(Engine.SHUT_DOWN, receive());
        assertEquals(Engine.SHUT_DOWN, receive());
        assertEquals(2, driver.sent().size());
        assertEquals(1, driver.calls.stream().filter("shutdown 1"::equals).count());
        engine.shutdown();
        assertEquals(1, driver.calls.stream().filter("shutdown 1"::equals).count());
    }

    @Test
    void shouldHandBackWhatWasReceivedButNeverAskedForWhenClosed() {
        assertEquals(0, engine.receive(batch, 0));
        capture(WinDivertAddress.OUTBOUND, SYN);
        engine.close();
        assertArrayEquals(SYN, driver.sent().get(0).packet());
        assertEquals("close", driver.calls.get(driver.calls.size() - 3));
    }

    @Test
    void shouldEndInOrderWhenTheDriverRefusesToStopCapturing() {
        driver.shutdownError = 6;
        assertEquals(0, engine.receive(batch, 0));
        capture(WinDivertAddress.OUTBOUND, SYN, SYN, SYN);
        engine.shutdown();
        assertEquals(1, receive(), "what had come into the pending receive");
        engine.inject(batch);
        assertEquals(Engine.SHUT_DOWN, receive());
        engine.close();
        assertEquals(1, driver.injected.size());
        assertEquals(2, driver.putBack.size(), "what was in the queue the driver puts back itself");
        assertEquals(List.of(), driver.events());
    }

    @Test
    void shouldCancelThePendingReceiveWhenTheDriverRefusesToStopCapturing() {
        driver.shutdownError = 6;
        assertEquals(0, engine.receive(batch, 0));
        long before = System.nanoTime();
        engine.close();
        assertTrue(System.nanoTime() - before < SECOND, "the stop waited for a receive that nothing ended");
        assertEquals(List.of("shutdown 1", "cancel", "close", "close event", "close event"), driver.calls.subList(driver.calls.size() - 5,
            driver.calls.size()));
    }

    @Test
    void shouldCountWhatCameTooLateToGoBackWhenAReceiveEndsOnlyWithItsHandle() {
        driver.shutdownError = 6;
        driver.cannotCancel = true;
        driver.atTheLastMoment = new FakeDriver.Sent(SYN, FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, 5, 1));
        assertEquals(0, engine.receive(batch, 0));
        engine.close();
        assertEquals(1, fake.counters.get(DropReason.ENGINE_CLOSED));
        assertEquals(List.of(), driver.events());
    }

    @Test
    void shouldCountWhatComesBackWhenTheEngineIsClosed() {
        byte[] garbage = {0x15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
        capture(WinDivertAddress.OUTBOUND, SYN, SYN, SYN, garbage);
        assertEquals(3, receive());
        batch.disposition(1, Disposition.WITHHOLD);
        engine.close();
        engine.inject(batch);
        assertEquals(3, fake.counters.get(DropReason.ENGINE_CLOSED), "two packets and what could not be taken apart");
    }

    @Test
    void shouldCloseTheHandleWhenTheLastThreadLeaves() throws Exception {
        capture(WinDivertAddress.OUTBOUND, SYN);
        assertEquals(1, receive());
        driver.hold(true);
        Thread injecting = new Thread(() -> engine.inject(batch));
        injecting.start();
        driver.awaitSending();
        engine.close();
        assertFalse(driver.calls.contains("close"), "freed under a thread that is in the driver");
        driver.hold(false);
        injecting.join();
        assertTrue(driver.calls.contains("close"));
        assertEquals(List.of(), driver.events());
        assertEquals(1, driver.injected.size());
    }

    @Test
    void shouldSayHowManyAreLostWhereThatIsKnown() {
        driver.handleErrors.add(22);
        capture(WinDivertAddress.OUTBOUND, SYN, SYN, SYN);
        assertEquals(3, receive());
        engine.inject(batch);
        assertEquals(3, fake.counters.get(DropReason.INJECT_REFUSED), "of a call the handle refuses nothing goes out");
        assertEquals(0, fake.counters.get(Counter.PACKETS_IN_DOUBT));
        driver.sendErrors.add(592);
        capture(WinDivertAddress.OUTBOUND, SYN, SYN, SYN);
        assertEquals(3, receive());
        engine.inject(batch);
        assertEquals(3, fake.counters.get(DropReason.INJECT_REFUSED));
        assertEquals(3, fake.counters.get(Counter.PACKETS_IN_DOUBT), "one or more of three");
        assertEquals(2, driver.injected.size());
    }

    @Test
    void shouldFreeEverythingOnceWhenClosedTwice() {
        engine.close();
        engine.close();
        assertEquals(1, driver.calls.stream().filter("close"::equals).count());
        assertEquals(List.of(), driver.events());
        assertEquals(Engine.SHUT_DOWN, receive());
        engine.wakeup();
        engine.shutdown();
        engine.inject(batch);
        assertFalse(engine.inject(ByteBuffer.allocateDirect(40), 0, 40, true, 0, 0));
    }

    @Test
    void shouldNotFreeBeforeTheReceiverHasLeftWhenClosedMeanwhile() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (FakeEngine other = new FakeEngine()) {
                PacketBatch its = other.engine.newBatch();
                CountDownLatch began = new CountDownLatch(1);
                List<Integer> results = new ArrayList<>();
                Thread receiver = new Thread(() -> {
                    began.countDown();
                    int result;
                    do {
                        result = other.engine.receive(its, 60 * SECOND);
                        results.add(result);
                    } while (result != Engine.SHUT_DOWN);
                });
                receiver.start();
                began.await();
                other.engine.close();
                receiver.join();
                assertEquals(Engine.SHUT_DOWN, results.get(results.size() - 1));
                assertEquals(List.of(), other.driver.events());
            }
        }
    }

    @Test
    void shouldMarkWhatItSendsByItselfWhenImpostorsAreCaptured() {
        FakeDriver other = new FakeDriver();
        DivertSettings settings = new DivertSettings(77, true, null);
        try (WinDivertEngine taking = new DivertDriver(other, other).engine(settings, FakeEngine.NOTHING, fake.counters)) {
            assertTrue(taking.inject(ByteBuffer.allocateDirect(SYN.length).put(0, SYN), 0, SYN.length, true, 0, 0));
            assertEquals(WinDivertAddress.CHECKSUMS | WinDivertAddress.OUTBOUND | WinDivertAddress.IMPOSTOR,
                other.sent().get(0).record()[WinDivertAddress.FLAGS] & 0xff);
        }
    }

    @Test
    void shouldOnlyWatchWhenAsked() {
        FakeDriver watched = new FakeDriver();
        try (WinDivertEngine watching = new DivertDriver(watched, watched).watchingEngine(FakeEngine.SETTINGS, FakeEngine.NOTHING, fake.counters)) {
            assertEquals(DivertHandle.SNIFF | DivertHandle.RECEIVE_ONLY, watched.flags);
            PacketBatch its = watching.newBatch();
            watched.capture(SYN, FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, 5, 1));
            assertEquals(1, watching.receive(its, 60 * SECOND));
            watching.inject(its);
            assertTrue(watching.inject(ByteBuffer.allocateDirect(40), 0, 40, true, 0, 0));
            assertEquals(0, watched.sent().size());
        }
    }
}
