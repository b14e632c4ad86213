package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.Outcome;
import io.weir.testkit.Waiting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FlowJournalTest {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final Counters counters = new Counters();

    @Test
    void shouldWriteALineForEachBeginningAndEnd() {
        FlowJournal journal = new FlowJournal(lines::add, flow -> true, 100, counters);
        journal.start();
        journal.opened(FlowLineTest.report(null, Outcome.BLOCKED, null, null, ""));
        journal.ended(FlowLineTest.report(null, Outcome.RELAYED, null, null, ""));
        journal.close();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).startsWith("blocked tcp"), lines.get(0));
        assertTrue(lines.get(1).startsWith("ended tcp"), lines.get(1));
    }

    @Test
    void shouldLeaveOutWhatIsNotWorthALine() {
        FlowJournal journal = new FlowJournal(lines::add, flow -> flow.outcome() != Outcome.PASSED, 100, counters);
        journal.start();
        journal.opened(FlowLineTest.report(null, Outcome.PASSED, null, null, ""));
        journal.close();
        assertEquals(List.of(), lines);
    }

    @Test
    void shouldSumUpWhatIsAboveTheRate() {
        FlowJournal journal = new FlowJournal(lines::add, flow -> true, 5, counters, () -> 0);
        for (int i = 0; i < 100; i++) {
            journal.opened(FlowLineTest.report(null, i % 2 == 0 ? Outcome.BLOCKED : Outcome.PASSED, null, null, ""));
        }
        journal.start();
        journal.close();
        assertEquals(6, lines.size(), lines::toString);
        assertEquals("more than 5 lines a second; the rest: 47 blocked, 48 passed", lines.get(5));
    }

    @Test
    void shouldCountLinesThatFindTheQueueFullAndNeverWait() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        FlowJournal journal = new FlowJournal(line -> {
            writing.countDown();
            await(held);
        }, flow -> true, 100_000, counters);
        journal.start();
        journal.opened(FlowLineTest.report(null, Outcome.BLOCKED, null, null, ""));
        Waiting.forLatch(writing, "nothing was written");
        for (int i = 0; i < 4096 + 10; i++) {
            journal.opened(FlowLineTest.report(null, Outcome.BLOCKED, null, null, ""));
        }
        assertEquals(10, counters.get(Counter.FLOW_LINES_LOST));
        held.countDown();
        journal.close();
    }

    private static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
