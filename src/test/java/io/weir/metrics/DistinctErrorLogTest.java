package io.weir.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DistinctErrorLogTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<String> written = new ArrayList<>();
    private Instant now = START;
    private final DistinctErrorLog log = new DistinctErrorLog(3, Duration.ofSeconds(10), () -> now, written::add);

    @Test
    void shouldWriteOnceAndCountWhenAnErrorRepeats() {
        AtomicInteger textsMade = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            now = START.plusMillis(i);
            log.add("dial refused", () -> "dial " + textsMade.incrementAndGet());
        }
        assertEquals(List.of("dial 1"), written);
        assertEquals(1, textsMade.get(), "the decision comes before the text");
        assertEquals(List.of(new DistinctError("dial refused", "dial 1", 1000, START, START.plusMillis(999))), log.errors());
    }

    @Test
    void shouldWriteAgainWithTheNumberKeptBackWhenTheIntervalHasPassed() {
        assertTrue(log.add("dial refused", () -> "first"));
        now = START.plusMillis(9_999);
        assertFalse(log.add("dial refused", () -> "second"));
        assertFalse(log.add("dial refused", () -> "third"));
        now = START.plusMillis(10_000);
        assertTrue(log.add("dial refused", () -> "fourth"));
        now = START.plusMillis(20_000);
        assertTrue(log.add("dial refused", () -> "fifth"));
        assertEquals(List.of("first", "fourth (and 2 more like it before)", "fifth"), written);
        assertEquals("fifth", log.errors().get(0).text());
    }

    @Test
    void shouldWriteAgainWhenTheClockIsSetBack() {
        log.add("x", () -> "one");
        now = START.minusSeconds(3600);
        assertTrue(log.add("x", () -> "two"));
    }

    @Test
    void shouldKeepKindsApartByEquality() {
        log.add(List.of("upstream", "office"), () -> "a");
        log.add(List.of("upstream", "home"), () -> "b");
        now = START.plusMillis(1);
        log.add(List.of("upstream", "office"), () -> "c");
        assertEquals(List.of("a", "b"), written);
        assertEquals(List.of("[upstream, office]", "[upstream, home]"), log.errors().stream().map(DistinctError::kind).toList(), "the latest first");
    }

    @Test
    void shouldPutFurtherKindsTogetherWhenThereIsNoRoom() {
        for (int i = 0; i < 100; i++) {
            int number = i;
            log.add("kind " + i, () -> "text " + number);
        }
        log.add("kind 0", () -> "again");
        assertEquals(List.of("text 0", "text 1", "text 2", "text 3"), written);
        List<DistinctError> errors = log.errors();
        assertEquals(4, errors.size());
        assertEquals(97, errors.stream().filter(error -> error.kind().equals(DistinctErrorLog.OTHERS)).findFirst().orElseThrow().count());
        assertEquals(2, errors.stream().filter(error -> error.kind().equals("kind 0")).findFirst().orElseThrow().count());
    }

    @Test
    void shouldLoseNoneWhenManyThreadsAdd() throws InterruptedException {
        AtomicLong texts = new AtomicLong();
        DistinctErrorLog shared = new DistinctErrorLog(4, Duration.ofHours(1), () -> START, text -> texts.incrementAndGet());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 20_000; i++) {
                    shared.add(i % 16, () -> "text");
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(80_000, shared.errors().stream().mapToLong(DistinctError::count).sum());
        assertEquals(5, shared.errors().size(), "four kinds and the others");
        assertEquals(5, texts.get(), "each written once");
    }

    @Test
    void shouldRefuseToHaveNoRoomAtAll() {
        assertThrows(IllegalArgumentException.class, () -> new DistinctErrorLog(0, Duration.ZERO, () -> START, written::add));
    }
}
