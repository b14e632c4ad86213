package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.EngineException;
import io.weir.filter.Layer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class OverlappedReceiverTest {
    private static final long PATIENCE_NS = 60_000_000_000L;
    private static final int TIMEOUT = Kernel32Library.WAIT_TIMEOUT;

    private final FakeDriver driver = new FakeDriver();
    private final DivertHandle handle = DivertHandle.open(driver, KernelFilter.compile(driver, "true", Layer.NETWORK), 1, 0);
    private final OverlappedReceiver receiver = new OverlappedReceiver(driver, handle);
    private final WinDivertBatch batch = new WinDivertBatch();

    private void capture(int marker) {
        driver.capture(FakeEngine.datagram(marker), FakeDriver.networkRecord(WinDivertAddress.OUTBOUND, 1, 0));
    }

    @Test
    void shouldWaitItsTimeWhenOnlyAnOldWakeUpIsLeft() {
        long woken = driver.events().get(1);
        driver.SetEvent(woken); // a waker was on its way here when the wait it meant was just over by time
        long before = System.nanoTime();
        assertEquals(TIMEOUT, receiver.receive(batch, 50_000_000));
        assertTrue(System.nanoTime() - before >= 50_000_000, "an event left behind by a wake-up that was already taken ends no wait");
        driver.SetEvent(woken);
        before = System.nanoTime();
        receiver.pause(50_000_000);
        assertTrue(System.nanoTime() - before >= 50_000_000);
    }

    @Test
    void shouldForgetAWakeUpWhenPacketsAreThereAtOnce() {
        receiver.wakeup();
        capture(1);
        assertEquals(0, receiver.receive(batch, PATIENCE_NS));
        long before = System.nanoTime();
        assertEquals(TIMEOUT, receiver.receive(batch, 50_000_000));
        assertTrue(System.nanoTime() - before >= 50_000_000, "the call that was to come back has come back with the packets");
    }

    @Test
    void shouldTakeUpToAWholeBatchAtOnceAndOnePacketWhenItWaited() {
        capture(1);
        capture(2);
        assertEquals(0, receiver.receive(batch, PATIENCE_NS));
        assertEquals(2, batch.count());
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        capture(3);
        capture(4);
        assertEquals(0, receiver.receive(batch, PATIENCE_NS));
        assertEquals(1, batch.count());
        assertEquals(0, receiver.receive(batch, PATIENCE_NS));
        assertEquals(4, batch.buffer().getInt(28));
    }

    @Test
    void shouldGoOnWithTheOldBatchWhenItComesBackAfterAnother() {
        WinDivertBatch other = new WinDivertBatch();
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        assertEquals(TIMEOUT, receiver.receive(other, 0));
        capture(7);
        assertEquals(0, receiver.receive(batch, PATIENCE_NS));
        assertEquals(1, batch.count());
        assertEquals(7, batch.buffer().getInt(28));
        assertEquals(0, other.count());
    }

    @Test
    void shouldGiveTheCodeWhenThePendingReceiveFails() {
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        driver.failPending(1450);
        assertEquals(1450, receiver.receive(batch, PATIENCE_NS));
        assertEquals(TIMEOUT, receiver.receive(batch, 0), "a new one has begun");
        assertTrue(driver.isPending());
    }

    @Test
    void shouldFinishWithWhatCameAtTheLastMoment() {
        assertNull(receiver.finish(false));
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        capture(9);
        assertSame(batch, receiver.finish(false));
        assertEquals(9, batch.buffer().getInt(28));
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        handle.shutdownReceiving();
        assertNull(receiver.finish(false));
        receiver.close();
        assertEquals(List.of(), driver.events());
    }

    @Test
    void shouldHaveAReceiveEndThatNothingElseEnds() {
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        receiver.wakeup();
        assertNull(receiver.finish(false));
        assertTrue(driver.isPending());
        assertNull(receiver.finish(true));
        assertFalse(driver.isPending());
        receiver.close();
    }

    @Test
    void shouldNotFreeWhatTheDriverMayWriteToWhenAReceiveDoesNotEnd() {
        driver.cannotCancel = true;
        assertEquals(TIMEOUT, receiver.receive(batch, 0));
        assertNull(receiver.finish(true));
        assertThrows(EngineException.class, receiver::close);
        assertTrue(driver.isPending());
        assertEquals(2, driver.events().size(), "the driver sets the event when it ends after all");
    }
}
