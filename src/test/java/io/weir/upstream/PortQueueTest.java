package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.PortSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PortQueueTest {
    private static final long REST_NS = 100;

    @Test
    void shouldHandOutFreshPortsFirstAndThenTheLongestRested() {
        PortQueue queue = new PortQueue(PortSet.parse("5000-5002"), REST_NS);
        assertEquals(5000, queue.take(0));
        queue.giveBack(5000, 10);
        assertEquals(5001, queue.take(20));
        assertEquals(5002, queue.take(20));
        assertEquals(PortQueue.NONE, queue.take(109), "still in TIME_WAIT");
        assertEquals(5000, queue.take(110));
    }

    @Test
    void shouldHaveNothingWhenEmpty() {
        assertEquals(PortQueue.NONE, new PortQueue(PortSet.NONE, REST_NS).take(0));
    }

    @Test
    void shouldNeverGiveAPortThatIsInUseOrRestsWhenOperationsAreRandom() {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PortQueue queue = new PortQueue(PortSet.parse("100,200-205,300"), REST_NS);
            Set<Integer> used = new HashSet<>();
            Map<Integer, Long> backNs = new HashMap<>();
            long nowNs = random.nextLong(); // the clock may begin anywhere, and run over
            for (int step = 0; step < 2000; step++) {
                nowNs += random.nextInt(40);
                if (random.nextBoolean()) {
                    int port = queue.take(nowNs);
                    String message = "seed " + seed + " step " + step + " port " + port;
                    if (port == PortQueue.NONE) {
                        long now = nowNs;
                        assertTrue(used.size() == 8 || backNs.values().stream().allMatch(back -> now - back < REST_NS) && used.size() + backNs.size() == 8,
                            message);
                    } else {
                        assertTrue(used.add(port), message);
                        Long back = backNs.remove(port);
                        assertFalse(back != null && nowNs - back < REST_NS, message);
                    }
                } else if (!used.isEmpty()) {
                    int port = used.iterator().next();
                    used.remove(port);
                    backNs.put(port, nowNs);
                    queue.giveBack(port, nowNs);
                }
            }
        }
    }
}
