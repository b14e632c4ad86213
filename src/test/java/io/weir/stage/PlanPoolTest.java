package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.Test;

class PlanPoolTest {
    private final PlanPool pool = new PlanPool();

    @Test
    void shouldGiveAPlanAgainWhenItCameBack() {
        Plan first = pool.take();
        Plan second = pool.take();
        assertNotSame(first, second);
        pool.give(first);
        pool.give(second);
        assertSame(first, pool.take());
        assertSame(second, pool.take());
    }

    @Test
    void shouldLetPlansGoWhenTooManyComeBack() {
        Plan[] plans = new Plan[70];
        for (int i = 0; i < plans.length; i++) {
            plans[i] = pool.take();
        }
        for (Plan plan : plans) {
            pool.give(plan);
        }
        Set<Plan> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        Collections.addAll(kept, plans);
        for (int i = 0; i < 64; i++) {
            assertTrue(kept.remove(pool.take()));
        }
        assertTrue(!kept.contains(pool.take()), "the rest was let go");
    }

    @Test
    void shouldNeverGiveOnePlanTwiceWhenTwoThreadsTakeAndGive() {
        ArrayBlockingQueue<Plan> underWay = new ArrayBlockingQueue<>(8);
        int rounds = 20_000;
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            Thread giver = new Thread(() -> {
                for (int i = 0; i < rounds; i++) {
                    try {
                        Plan plan = underWay.take();
                        plan.clear(0, 0);
                        pool.give(plan);
                    } catch (InterruptedException interrupted) {
                        return;
                    }
                }
            });
            giver.start();
            int twice = 0;
            for (int i = 0; i < rounds; i++) {
                Plan plan = pool.take();
                twice += plan.injections(); // cleared by the giver, marked by us: marked means still in use
                plan.inject(1, true, 0, 0);
                underWay.put(plan);
            }
            giver.join();
            assertEquals(0, twice);
        });
    }
}
