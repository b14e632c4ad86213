package io.weir.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.OwnerLookup.Answers;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * The thread that answers a look-up's questions, and the bounded queue in front of it. Any thread asks, without lock or wait; every question accepted
 * is answered once, with {@link Owner#UNKNOWN} where its search fails or the thread ends. An {@link Error} ends it: nobody is found from then on.
 */
public final class AnsweringThread<Q extends OwnerQuestion> implements Listeners {
    private static final int MOST_QUESTIONS = 4096;
    private static final long STOP_WITHIN_MS = 5000;
    private static final long LISTENER_WITHIN_MS = 5000;

    /** Makes the kind of question that a search works with. */
    @FunctionalInterface
    public interface Questions<Q extends OwnerQuestion> {
        Q question(OwnerQuery query, boolean listening, Answers answers);
    }

    private final OwnerSearch<Q> search;
    private final Questions<Q> kind;
    private final BiConsumer<String, Throwable> problems;
    private final Queue<Q> questions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "owner-lookup");
    private volatile boolean stopping;
    private volatile boolean stopped;

    /** @param problems told what went wrong in the search, or with whoever was given an answer; on this thread or on one that asks */
    public AnsweringThread(OwnerSearch<Q> search, Questions<Q> kind, BiConsumer<String, Throwable> problems) {
        this.search = search;
        this.kind = kind;
        this.problems = problems;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** @return false when too many questions are open, or the thread is stopped */
    public boolean ask(OwnerQuery query, Answers answers) {
        return submit(query, false, answers);
    }

    /** Asks and waits for the answer. */
    @Override
    public Owner listener(Endpoint local) {
        CompletableFuture<Owner> answer = new CompletableFuture<>();
        if (!submit(new OwnerQuery(0, Protocol.TCP, local, local), true,
            (query, owner) -> answer.complete(owner.known() ? owner : Owner.UNKNOWN))) {
            return Owner.UNKNOWN;
        }
        return answer.completeOnTimeout(Owner.UNKNOWN, LISTENER_WITHIN_MS, TimeUnit.MILLISECONDS).join();
    }

    private boolean submit(OwnerQuery query, boolean listening, Answers answers) {
        if (stopping || stopped || open.get() >= MOST_QUESTIONS) {
            return false;
        }
        open.incrementAndGet();
        questions.add(kind.question(query, listening, (asked, owner) -> pass(asked, owner, answers)));
        wake();
        if (stopped) {
            dismiss();
        }
        return true;
    }

    private void pass(OwnerQuery query, Owner owner, Answers answers) {
        open.decrementAndGet();
        try {
            answers.found(query, owner);
        } catch (RuntimeException e) {
            problems.accept("whoever asked for the owner of " + query + " failed on the answer " + owner, e);
        }
    }

    /** Whether a question is open: one counts from before the search is told of it until it is answered. */
    public boolean isAsked() {
        return open.get() > 0;
    }

    /** Has the search look whether there is anything to do, now. Any thread. */
    public void wake() {
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!stopping) {
                turn();
            }
        } catch (Error e) {
            problems.accept("the search for owners has ended: nobody is found any more; restart Weir", e);
        } finally {
            search.end();
            stopped = true;
            dismiss();
        }
    }

    private void turn() {
        try {
            takeAll();
            search.round();
        } catch (RuntimeException e) {
            problems.accept("the search for owners failed; the questions that waited are answered with unknown", e);
            search.end();
        }
        if (questions.isEmpty() && !stopping) {
            LockSupport.parkNanos(search.restNs());
        }
    }

    private void takeAll() {
        Q question;
        while ((question = questions.poll()) != null) {
            try {
                search.take(question);
            } catch (RuntimeException | Error e) {
                question.answer(Owner.UNKNOWN);
                throw e;
            }
        }
    }

    private void dismiss() {
        Q question;
        while ((question = questions.poll()) != null) {
            question.answer(Owner.UNKNOWN);
        }
    }

    public boolean isStopped() {
        return stopping;
    }

    /** Idempotent. @return whether the thread has ended: else it may still use what its search does */
    public boolean stop() {
        stopping = true;
        wake();
        try {
            thread.join(STOP_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopped = true;
        dismiss();
        return !thread.isAlive();
    }
}
