package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
    private static final long TICK = 10;

    private static List<Integer> advance(TimerWheel wheel, long nowNs) {
        List<Integer> fired = new ArrayList<>();
        wheel.advance(nowNs, Integer.MAX_VALUE, (number, now) -> fired.add(number));
        return fired;
    }

    @Test
    void shouldFireOnceNotBeforeItsDeadlineAndAtMostATickLater() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        wheel.schedule(3, 1025);
        assertEquals(List.of(), advance(wheel, 1024));
        assertEquals(List.of(), advance(wheel, 1029));
        assertEquals(List.of(3), advance(wheel, 1030));
        assertEquals(List.of(), advance(wheel, 5000));
        assertEquals(0, wheel.size());
    }

    @Test
    void shouldFireAtTheNewDeadlineOnlyWhenRescheduled() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        wheel.schedule(3, 20);
        wheel.schedule(3, 50);
        assertEquals(List.of(), advance(wheel, 49));
        assertEquals(List.of(3), advance(wheel, 50));
    }

    @Test
    void shouldNotFireWhenCancelled() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        wheel.schedule(3, 20);
        wheel.cancel(3);
        wheel.cancel(4);
        assertEquals(0, wheel.size());
        assertEquals(List.of(), advance(wheel, 1000));
    }

    @Test
    void shouldWaitSeveralTurnsWhenTheDeadlineIsFurtherThanTheRing() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        wheel.schedule(3, 16 * TICK * 5 + 40);
        for (long now = 0; now < 16 * TICK * 5 + 40; now += 7) {
            assertEquals(List.of(), advance(wheel, now));
        }
        assertEquals(List.of(3), advance(wheel, 16 * TICK * 5 + 40));
    }

    @Test
    void shouldFireTheRestWithTheNextCallWhenTheBudgetIsSpent() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        for (int number = 0; number < 5; number++) {
            wheel.schedule(number, 20);
        }
        List<Integer> fired = new ArrayList<>();
        assertEquals(2, wheel.advance(30, 2, (number, now) -> fired.add(number)));
        wheel.cancel(3);
        assertEquals(2, wheel.advance(30, 9, (number, now) -> fired.add(number)));
        assertEquals(List.of(0, 1, 2, 4), fired);
    }

    @Test
    void shouldStandItsUsersChangesWhenAHandlerSchedulesAndCancels() {
        TimerWheel wheel = new TimerWheel(TICK, 16);
        for (int number = 0; number < 4; number++) {
            wheel.schedule(number, 20);
        }
        List<Integer> fired = new ArrayList<>();
        wheel.advance(20, 99, (number, now) -> {
            fired.add(number);
            wheel.cancel(2);
            if (number == 0) {
                wheel.schedule(0, now + TICK);
                wheel.schedule(3, now + TICK);
            }
        });
        assertEquals(List.of(0, 1), fired);
        assertEquals(List.of(0, 3), advance(wheel, 30));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000, 4_000_000_000_000_000_000L})
    void shouldAgreeWithASortedListWhenUsedAtRandom(long startNs) {
        long seed = 4711;
        SplittableRandom random = new SplittableRandom(seed);
        TimerWheel wheel = new TimerWheel(TICK, 16);
        long[] deadline = new long[40]; // relative to the start, rounded up to ticks; 0: none
        long now = 0;
        for (int step = 0; step < 40_000; step++) {
            String where = "seed " + seed + ", step " + step;
            int number = random.nextInt(deadline.length);
            switch (random.nextInt(4)) {
                case 0 -> {
                    wheel.cancel(number);
                    deadline[number] = 0;
                }
                case 1 -> {
                    now += random.nextInt(100) == 0 ? random.nextInt(5000) : random.nextInt(30);
                    List<Integer> expected = new ArrayList<>();
                    for (int i = 0; i < deadline.length; i++) {
                        if (deadline[i] != 0 && deadline[i] <= now / TICK * TICK) {
                            expected.add(i);
                            deadline[i] = 0;
                        }
                    }
                    List<Integer> fired = advance(wheel, startNs + now);
                    fired.sort(null);
                    assertEquals(expected, fired, where);
                }
                default -> {
                    long at = now + 1 + random.nextInt(random.nextBoolean() ? 50 : 1000);
                    wheel.schedule(number, startNs + at);
                    deadline[number] = (at + TICK - 1) / TICK * TICK;
                }
            }
            int scheduled = 0;
            for (long one : deadline) {
                scheduled += one != 0 ? 1 : 0;
            }
            assertEquals(scheduled, wheel.size(), where);
        }
        assertTrue(now > 10_000);
    }
}
