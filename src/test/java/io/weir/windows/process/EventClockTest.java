package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EventClockTest {
    private final FakeClocks clocks = new FakeClocks();
    private final EventClock clock = clocks.eventClock();

    @Test
    void shouldTellTheSystemTimeOfAMoment() {
        long timestamp = clocks.timestamp();
        long fileTime = clocks.fileTime();
        clocks.advanceMs(86_400_000);
        assertEquals(fileTime, clock.fileTime(timestamp));
        assertEquals(clocks.fileTime(), clock.fileTime(clock.timestamp()));
        clock.adjust();
        assertEquals(fileTime, clock.fileTime(timestamp));
    }

    @Test
    void shouldCountWithTheCountersOwnFrequency() {
        EventClock slow = new EventClock(3, () -> 9, () -> 1000, () -> 50);
        assertEquals(1000 + 10_000_000 + 6_666_666, slow.fileTime(14));
        assertEquals(1000 - 10_000_000, slow.fileTime(6));
        assertEquals(50 + 1_000_000_000 + 666_666_666, slow.nanoTime(14));
        assertEquals(50 - 1_000_000_000, slow.nanoTime(6));
    }

    @Test
    void shouldTellTheProgramsTimeOfAMomentWhateverTheSystemTime() {
        long timestamp = clocks.timestamp();
        long nowNs = clocks.nanoseconds().getAsLong();
        clocks.advanceMs(86_400_000);
        assertEquals(nowNs, clock.nanoTime(timestamp));
        clocks.setForwardMs(3_600_000);
        clock.adjust();
        assertEquals(nowNs, clock.nanoTime(timestamp));
    }

    @Test
    void shouldReadTheClocksAgainWhenSomethingCameBetween() {
        long[] nowNs = {0};
        int[] readings = {0};
        EventClock interrupted = new EventClock(1_000_000_000, () -> {
            nowNs[0] += readings[0]++ < 2 ? 30_000_000 : 100;
            return nowNs[0];
        }, () -> nowNs[0] / 100, () -> nowNs[0]);
        assertEquals(3, readings[0]);
        assertEquals(nowNs[0] - 100, interrupted.nanoTime(nowNs[0]), "a little less, never more");
    }

    @Test
    void shouldKnowWhoStartedTooLateButForTheCoarsenessOfStartTimes() {
        long timestamp = clocks.timestamp();
        long fileTime = clocks.fileTime();
        assertFalse(clock.startedAfter(fileTime - 1, timestamp));
        assertFalse(clock.startedAfter(fileTime + 200_000, timestamp), "20 ms are not known");
        assertTrue(clock.startedAfter(fileTime + 200_001, timestamp));
    }

    @Test
    void shouldNotBelieveAStartInTheFuture() {
        long started = clocks.fileTime();
        assertTrue(clock.isPast(started));
        clocks.setForwardMs(-3_600_000);
        clock.adjust();
        assertTrue(clock.startedAfter(started, clocks.timestamp()));
        assertFalse(clock.isPast(started), "the system time was set back since");
    }
}
