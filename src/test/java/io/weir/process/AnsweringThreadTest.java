package io.weir.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.testkit.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AnsweringThreadTest {
    private static final Endpoint LOCAL = Endpoint.parse("10.0.0.1:5000");
    private static final Owner CURL = new Owner(812, 10, "/bin/curl", "curl", "alice");
    private static final Owner ONLY_USER = new Owner(0, 0, "", "", "alice");

    private static final class Question extends OwnerQuestion {

        Question(OwnerQuery query, boolean listening, OwnerLookup.Answers answers) {
            super(query, listening, answers);
        }
    }

    /** Answers when told to. */
    private static final class FakeSearch implements OwnerSearch<Question> {
        final List<Question> kept = new ArrayList<>();
        final BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
        final AtomicInteger rounds = new AtomicInteger();
        volatile RuntimeException failsToTake;
        volatile RuntimeException failsARound;
        volatile Error endsInARound;
        volatile CountDownLatch holds;

        @Override
        public void take(Question question) {
            if (failsToTake != null) {
                throw failsToTake;
            }
            kept.add(question);
        }

        @Override
        public void round() {
            await(holds);
            rounds.incrementAndGet();
            if (kept.isEmpty()) { // it may be woken for nothing
                return;
            }
            RuntimeException failure = failsARound;
            failsARound = null;
            if (endsInARound != null) {
                throw endsInARound;
            }
            if (failure != null) {
                throw failure;
            }
            Owner owner = answers.poll();
            if (owner != null) {
                kept.remove(0).answer(owner);
            }
        }

        @Override
        public long restNs() {
            return answers.isEmpty() || kept.isEmpty() ? Long.MAX_VALUE : 0;
        }

        @Override
        public void end() {
            kept.forEach(question -> question.answer(Owner.UNKNOWN));
            kept.clear();
        }
    }

    private final FakeSearch search = new FakeSearch();
    private final BlockingQueue<String> problems = new LinkedBlockingQueue<>();
    private final BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
    private final AnsweringThread<Question> answering = new AnsweringThread<>(search, Question::new, (what, why) -> problems.add(what + why));

    AnsweringThreadTest() {
        answering.start();
    }

    @AfterEach
    void stop() {
        if (search.holds != null) {
            search.holds.countDown();
        }
        assertTrue(answering.stop());
        assertFalse(answering.isAsked());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean ask() {
        return answering.ask(new OwnerQuery(1, Protocol.TCP, LOCAL, LOCAL), (query, owner) -> answers.add(owner));
    }

    private Owner answer() {
        return Waiting.next(answers, "an answer");
    }

    @Test
    void shouldCountAQuestionUntilItIsAnswered() {
        assertFalse(answering.isAsked());
        assertTrue(ask());
        assertTrue(answering.isAsked());
        search.answers.add(CURL);
        answering.wake();
        assertEquals(CURL, answer());
        assertFalse(answering.isAsked());
    }

    @Test
    void shouldRestUntilSomethingWakesIt() {
        ask();
        search.answers.add(CURL);
        answering.wake();
        answer();
        int rounds = search.rounds.get();
        ask();
        search.answers.add(ONLY_USER);
        answering.wake();
        assertEquals(ONLY_USER, answer());
        assertTrue(search.rounds.get() - rounds < 10, search.rounds.get() - rounds + " rounds for one question");
    }

    @Test
    void shouldAnswerUnknownAndGoOnWhenTheSearchFails() {
        search.failsToTake = new IllegalStateException("planted");
        ask();
        assertEquals(Owner.UNKNOWN, answer());
        assertTrue(Waiting.next(problems, "a problem").contains("planted"));
        search.failsToTake = null;
        search.failsARound = new IllegalStateException("in a round");
        ask();
        assertEquals(Owner.UNKNOWN, answer());
        assertTrue(Waiting.next(problems, "a problem").contains("in a round"));
        search.answers.add(CURL);
        ask();
        assertEquals(CURL, answer());
    }

    @Test
    void shouldAnswerUnknownAndRefuseFurtherQuestionsWhenAnErrorEndsIt() {
        ask();
        search.endsInARound = new OutOfMemoryError("planted");
        answering.wake();
        assertEquals(Owner.UNKNOWN, answer());
        assertTrue(Waiting.next(problems, "a problem").contains("planted"));
        Waiting.until("questions are refused", () -> !ask());
        assertEquals(Owner.UNKNOWN, answering.listener(LOCAL));
    }

    @Test
    void shouldSayWhoFailedOnAnAnswerAndGoOn() {
        search.answers.add(CURL);
        answering.ask(new OwnerQuery(7, Protocol.TCP, LOCAL, LOCAL), (query, owner) -> {
            throw new IllegalArgumentException("planted");
        });
        String problem = Waiting.next(problems, "a problem");
        assertTrue(problem.contains("10.0.0.1:5000") && problem.contains("curl[812]"), problem);
        assertFalse(answering.isAsked());
        search.answers.add(CURL);
        ask();
        assertEquals(CURL, answer());
    }

    @Test
    void shouldRefuseWhatIsTooManyAndAnswerTheRestOnceWhenStopped() {
        search.holds = new CountDownLatch(1);
        int accepted = 0;
        while (accepted < 100_000 && ask()) {
            accepted++;
        }
        assertEquals(4096, accepted);
        search.holds.countDown();
        assertTrue(answering.stop());
        assertEquals(accepted, answers.size());
        assertFalse(ask());
        assertTrue(answering.isStopped());
    }

    @Test
    void shouldNameWhoListensAndNobodyWhenOnlyAUserIsFoundOrItIsStopped() {
        search.answers.add(CURL);
        assertEquals(CURL, answering.listener(LOCAL));
        search.answers.add(ONLY_USER);
        assertEquals(Owner.UNKNOWN, answering.listener(LOCAL));
        answering.stop();
        assertEquals(Owner.UNKNOWN, answering.listener(LOCAL));
        assertNull(answers.poll());
    }

    @Test
    void shouldAnswerEveryAcceptedQuestionOnceWhenStoppedWhileManyAsk() throws InterruptedException {
        AtomicInteger accepted = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(1);
        Thread[] askers = new Thread[3];
        for (int i = 0; i < askers.length; i++) {
            askers[i] = new Thread(() -> {
                while (ask()) {
                    accepted.incrementAndGet();
                    asked.countDown();
                    search.answers.add(CURL);
                }
            });
            askers[i].start();
        }
        asked.await();
        answering.stop();
        for (Thread asker : askers) {
            asker.join();
        }
        assertEquals(accepted.get(), answers.size());
    }
}
