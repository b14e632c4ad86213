package io.weir.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.weir.testkit.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final EventLoop loop = new DefaultEventLoop();
    private final Deadlines deadlines = new Deadlines(loop);

    private static final class Entry implements Expiring {
        private final Deadlines deadlines;
        private final boolean leaves;
        private final Entry takesAlong;
        private long deadlineNs;
        private int slot = Deadlines.NOT_HELD;
        private int expired;

        Entry(Deadlines deadlines, long deadlineNs, boolean leaves, Entry takesAlong) {
            this.deadlines = deadlines;
            this.deadlineNs = deadlineNs;
            this.leaves = leaves;
            this.takesAlong = takesAlong;
        }

        @Override
        public long deadlineNs() {
            return deadlineNs;
        }

        @Override
        public void expire(long nowNs) {
            expired++;
            if (takesAlong != null) {
                deadlines.remove(takesAlong);
            }
            if (leaves) {
                deadlines.remove(this);
            } else {
                deadlineNs = nowNs + TimeUnit.HOURS.toNanos(1);
            }
        }

        @Override
        public int slot() {
            return slot;
        }

        @Override
        public void slot(int newSlot) {
            slot = newSlot;
        }
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Whoever uses deadlines does it on their loop: so that no sweep comes in between. */
    private void onLoop(Runnable work) throws Exception {
        loop.submit(work).get();
    }

    @Test
    void shouldExpireExactlyWhatIsDueAndStillHeld() throws Exception {
        onLoop(this::expireExactlyWhatIsDueAndStillHeld);
    }

    private void expireExactlyWhatIsDueAndStillHeld() {
        SplittableRandom random = new SplittableRandom(7);
        long nowNs = System.nanoTime();
        for (int round = 0; round < 200; round++) {
            List<Entry> entries = new ArrayList<>();
            int count = random.nextInt(200);
            for (int i = 0; i < count; i++) {
                boolean due = random.nextBoolean();
                Entry entry = new Entry(deadlines, nowNs + (due ? -1 : TimeUnit.HOURS.toNanos(1)), random.nextBoolean(), null);
                entries.add(entry);
                deadlines.add(entry);
                deadlines.add(entry);
            }
            List<Entry> gone = new ArrayList<>();
            for (Entry entry : entries) {
                if (random.nextInt(3) == 0) {
                    deadlines.remove(entry);
                    deadlines.remove(entry);
                    gone.add(entry);
                }
            }
            deadlines.run();
            for (Entry entry : entries) {
                boolean due = !gone.contains(entry) && (entry.expired > 0 || entry.deadlineNs - nowNs < 0);
                assertEquals(due ? 1 : 0, entry.expired, "seed 7, round " + round);
                deadlines.remove(entry);
            }
            assertEquals(0, deadlines.size(), "seed 7, round " + round);
        }
    }

    @Test
    void shouldSurviveAnExpiryThatTakesAnotherEntryAlong() throws Exception {
        onLoop(this::surviveAnExpiryThatTakesAnotherEntryAlong);
    }

    private void surviveAnExpiryThatTakesAnotherEntryAlong() {
        long pastNs = System.nanoTime() - 1;
        Entry first = new Entry(deadlines, pastNs, true, null);
        Entry second = new Entry(deadlines, pastNs, true, null);
        Entry third = new Entry(deadlines, pastNs, true, first);
        deadlines.add(first);
        deadlines.add(second);
        deadlines.add(third);
        deadlines.run();
        assertEquals(List.of(0, 1, 1), List.of(first.expired, second.expired, third.expired));
        assertEquals(0, deadlines.size());
    }

    @Test
    void shouldSweepByItselfWhileSomethingIsHeld() throws Exception {
        Entry entry = new Entry(deadlines, System.nanoTime(), true, null);
        onLoop(() -> deadlines.add(entry));
        Waiting.until("a sweep", () -> loop.submit(() -> entry.expired).syncUninterruptibly().getNow() > 0);
    }
}
