package io.weir.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CountersTest {

    @Test
    void shouldNameEveryCountOnceAndSayWhatItMeans() {
        Set<String> labels = new HashSet<>();
        Set<String> meanings = new HashSet<>();
        Stream.concat(Stream.of(Counter.values()).map(counter -> new String[] {counter.label(), counter.meaning()}),
                Stream.of(DropReason.values()).map(reason -> new String[] {reason.label(), reason.meaning()})).forEach(entry -> {
                    assertTrue(labels.add(entry[0]), "two counts are called " + entry[0]);
                    assertTrue(meanings.add(entry[1]), "two counts mean \"" + entry[1] + "\"");
                    assertTrue(entry[0].matches("[a-z0-9]+(-[a-z0-9]+)*"), entry[0]);
                    assertFalse(entry[1].isBlank() || entry[1].endsWith("."), entry[0] + " is explained by a phrase, not a sentence");
                });
    }

    @Test
    void shouldCountEachByItself() {
        Counters counters = new Counters();
        for (Counter counter : Counter.values()) {
            counters.add(counter, 10 + counter.ordinal());
            counters.increment(counter);
        }
        for (DropReason reason : DropReason.values()) {
            for (int i = 0; i <= reason.ordinal(); i++) {
                counters.drop(reason);
            }
        }
        for (Counter counter : Counter.values()) {
            assertEquals(11 + counter.ordinal(), counters.get(counter), counter.label());
        }
        for (DropReason reason : DropReason.values()) {
            assertEquals(1 + reason.ordinal(), counters.get(reason), reason.label());
        }
    }

    @Test
    void shouldAddUpWhatThreadsCountForThemselves() throws InterruptedException {
        Counters counters = new Counters();
        counters.add(Counter.PACKETS_PASSED, 5);
        Thread[] threads = new Thread[3];
        for (int i = 0; i < threads.length; i++) {
            Tally own = counters.tally();
            threads[i] = new Thread(() -> {
                for (int n = 0; n < 100_000; n++) {
                    own.increment(Counter.PACKETS_PASSED);
                }
                own.add(Counter.PACKETS_RELEASED, 7);
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(300_005, counters.get(Counter.PACKETS_PASSED));
        assertEquals(21, counters.get(Counter.PACKETS_RELEASED));
        assertEquals(0, counters.get(Counter.PACKETS_REWRITTEN));
    }

    @Test
    void shouldBeginAtZeroAgainWhenReset() {
        Counters counters = new Counters();
        Tally tally = counters.tally();
        counters.increment(Counter.PACKETS_PASSED);
        counters.drop(DropReason.PARKED);
        tally.add(Counter.PACKETS_PASSED, 3);
        counters.reset();
        assertEquals(0, counters.get(Counter.PACKETS_PASSED));
        assertEquals(0, counters.get(DropReason.PARKED));
        tally.add(Counter.PACKETS_PASSED, 4);
        assertEquals(4, counters.get(Counter.PACKETS_PASSED));
    }
}
