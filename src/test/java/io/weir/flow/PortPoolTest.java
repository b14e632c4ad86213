package io.weir.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.PortSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PortPoolTest {
    private static final long REST = 1000;

    @Test
    void shouldHandOutEveryTupleOnceWhenNoneComesBack() {
        PortPool pool = new PortPool(PortSet.parse("10-12,20"), 2, 3, REST);
        assertEquals(24, pool.size());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 24; i++) {
            int tuple = pool.take(0);
            assertTrue(seen.add(pool.address(tuple) + "/" + pool.port(tuple) + "/" + pool.listener(tuple)));
            assertTrue(pool.address(tuple) < 2 && pool.listener(tuple) < 3 && PortSet.parse("10-12,20").contains(pool.port(tuple)));
        }
        assertEquals(24, seen.size());
        assertEquals(24, pool.live());
        assertEquals(PortPool.NONE, pool.take(Long.MAX_VALUE / 2));
    }

    @Test
    void shouldSpreadOverListenersWhenTuplesAreTakenInARow() {
        PortPool pool = new PortPool(PortSet.parse("10-20"), 1, 3, REST);
        List<Integer> listeners = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            listeners.add(pool.listener(pool.take(0)));
        }
        assertEquals(List.of(0, 1, 2, 0, 1, 2), listeners);
    }

    @Test
    void shouldLetATupleRestWhenItsConnectionHasEnded() {
        PortPool pool = new PortPool(PortSet.parse("10"), 1, 1, REST);
        int tuple = pool.take(0);
        pool.release(tuple, 500);
        assertEquals(PortPool.NONE, pool.take(500 + REST - 1));
        assertEquals(tuple, pool.take(500 + REST));
    }

    @Test
    void shouldNotLetATupleRestWhenNoPacketCarriedIt() {
        PortPool pool = new PortPool(PortSet.parse("10"), 1, 1, REST);
        int tuple = pool.take(0);
        pool.putBack(tuple);
        assertEquals(tuple, pool.take(0));
    }

    @Test
    void shouldIgnoreAReleaseWhenTheTupleIsNotLive() {
        PortPool pool = new PortPool(PortSet.parse("10-11"), 1, 1, REST);
        int tuple = pool.take(0);
        pool.release(tuple, 0);
        pool.release(tuple, 0);
        pool.putBack(tuple);
        pool.release(1, 0);
        int first = pool.take(REST);
        int second = pool.take(REST);
        assertNotEquals(first, second);
        assertEquals(PortPool.NONE, pool.take(10 * REST));
    }

    @Test
    void shouldNeverGiveALiveOrRestingTupleWhenUsedAtRandom() {
        long seed = 99;
        SplittableRandom random = new SplittableRandom(seed);
        PortPool pool = new PortPool(PortSet.parse("100-149"), 1, 2, REST);
        ArrayDeque<Integer> live = new ArrayDeque<>();
        Map<Integer, Long> restsUntil = new HashMap<>();
        int exhausted = 0;
        long now = 0;
        for (int step = 0; step < 50_000; step++) {
            String where = "seed " + seed + ", step " + step;
            now += random.nextInt(20);
            if (random.nextInt(5) < 3) {
                int tuple = pool.take(now);
                if (tuple == PortPool.NONE) {
                    exhausted++;
                } else {
                    assertTrue(!live.contains(tuple), where + ": live");
                    assertTrue(restsUntil.getOrDefault(tuple, 0L) <= now, where + ": resting");
                    live.add(tuple);
                }
            } else if (!live.isEmpty()) {
                int tuple = live.poll();
                if (random.nextInt(10) == 0) {
                    pool.putBack(tuple);
                    restsUntil.remove(tuple);
                } else {
                    long ended = now - random.nextInt(100);
                    pool.release(tuple, ended);
                    restsUntil.put(tuple, ended + REST);
                }
            }
            assertEquals(live.size(), pool.live(), where);
        }
        assertTrue(exhausted > 100, "the test never ran the pool dry");
        live.forEach(tuple -> pool.release(tuple, 0));
        assertEquals(0, pool.live());
    }

    /** The promise of the defaults: 6,500 connections a second for 90 s, each tuple resting 60 s. */
    @Test
    void shouldNotRunDryWhenConnectionsChurnFor90Seconds() {
        FlowSettings settings = FlowSettings.DEFAULT;
        PortPool pool = new PortPool(settings.natPorts(), settings.natAddresses(), 4, settings.portRestNs());
        for (int i = 0; i < 6_500 * 90; i++) {
            long now = i * 1_000_000_000L / 6_500;
            int tuple = pool.take(now);
            assertNotEquals(PortPool.NONE, tuple, "connection " + i);
            pool.release(tuple, now);
        }
    }
}
