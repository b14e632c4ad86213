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
        EventClock slow = new EventClock(3, () -> 9, () -> 1000);
        assertEquals(1000 + 10_000_000 + 6_666_666, slow.fileTime(14));
        assertEquals(1000 - 10_000_000, slow.fileTime(6));
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
