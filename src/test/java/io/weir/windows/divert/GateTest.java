package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class GateTest {
    private static final long SECOND = 1_000_000_000L;

    private final Gate gate = new Gate();

    @Test
    void shouldLetNobodyInWhenShut() {
        assertTrue(gate.enter());
        gate.leave();
        assertTrue(gate.shut());
        assertFalse(gate.shut());
        for (int i = 0; i < 3; i++) {
            assertFalse(gate.enter());
        }
        assertTrue(gate.awaitEmpty(60 * SECOND), "those turned away leave no trace");
    }

    @Test
    void shouldSaySoWhenSomebodyStays() {
        assertTrue(gate.enter());
        assertTrue(gate.enter());
        gate.shut();
        gate.leave();
        assertFalse(gate.awaitEmpty(1_000_000));
        gate.leave();
        assertTrue(gate.awaitEmpty(60 * SECOND));
    }

    @Test
    void shouldNeverBeEmptyWhileSomebodyIsInside() throws Exception {
        for (int round = 0; round < 50; round++) {
            Gate busy = new Gate();
            AtomicBoolean freed = new AtomicBoolean();
            AtomicInteger usedFreed = new AtomicInteger();
            CountDownLatch began = new CountDownLatch(2);
            Thread[] users = new Thread[2];
            for (int i = 0; i < users.length; i++) {
                users[i] = new Thread(() -> {
                    began.countDown();
                    while (busy.enter()) {
                        usedFreed.addAndGet(freed.get() ? 1 : 0);
                        busy.leave();
                    }
                });
                users[i].start();
            }
            began.await();
            busy.shut();
            assertTrue(busy.awaitEmpty(60 * SECOND));
            freed.set(true);
            for (Thread user : users) {
                user.join();
            }
            assertEquals(0, usedFreed.get());
        }
    }
}
