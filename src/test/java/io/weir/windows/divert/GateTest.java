package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
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
    void shouldWaitForThoseOnLanesToo() {
        Gate.Lane first = gate.lane();
        Gate.Lane second = gate.lane();
        assertTrue(first.enter());
        assertTrue(second.enter());
        second.leave();
        gate.shut();
        assertFalse(second.enter());
        assertFalse(gate.awaitEmpty(1_000_000));
        first.leave();
        assertTrue(gate.awaitEmpty(60 * SECOND), "those turned away leave no trace");
        assertFalse(first.enter());
    }

    @Test
    void shouldNeverBeEmptyWhileSomebodyIsInside() throws Exception {
        for (int round = 0; round < 50; round++) {
            Gate busy = new Gate();
            race(busy, List.of(new Way(busy::enter, busy::leave), new Way(busy::enter, busy::leave)));
        }
    }

    @Test
    void shouldNeverBeEmptyWhileSomebodyIsOnALane() throws Exception {
        for (int round = 0; round < 50; round++) {
            Gate busy = new Gate();
            Gate.Lane first = busy.lane();
            Gate.Lane second = busy.lane();
            race(busy, List.of(new Way(first::enter, first::leave), new Way(second::enter, second::leave)));
        }
    }

    private record Way(BooleanSupplier enter, Runnable leave) {
    }

    private static void race(Gate busy, List<Way> ways) throws InterruptedException {
        AtomicBoolean freed = new AtomicBoolean();
        AtomicInteger usedFreed = new AtomicInteger();
        CountDownLatch began = new CountDownLatch(ways.size());
        List<Thread> users = new ArrayList<>();
        for (Way way : ways) {
            Thread user = new Thread(() -> {
                began.countDown();
                while (way.enter().getAsBoolean()) {
                    usedFreed.addAndGet(freed.get() ? 1 : 0);
                    way.leave().run();
                }
            });
            user.start();
            users.add(user);
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
