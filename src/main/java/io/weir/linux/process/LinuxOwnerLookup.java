package io.weir.linux.process;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owners by exact sock_diag queries (some 4 µs), which give a socket's number and user, and from there to the process: by a watch in the kernel
 * that notes who makes a socket, or, for older sockets and where no watch is allowed, by what is remembered of /proc.
 * {@link #find} does no more than that; {@link #ask} reads and searches /proc on a thread of its own. Flows are looked for in the network
 * namespace of this process, processes wherever /proc shows them; root is needed to see other users' files.
 * {@link #close} comes after the deciding thread has ended.
 */
public final class LinuxOwnerLookup implements OwnerLookup {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxOwnerLookup.class);
    private static final int MOST_QUESTIONS = 4096;
    private static final long CLOSE_WITHIN_MS = 5000;
    private static final long LISTENER_WITHIN_MS = 5000;

    private final SocketTable glanceSockets = new SocketDiag();
    private final SocketTable inquirySockets = new SocketDiag();
    private final SocketWatch watch;
    private final OwnerMemory memory;
    private final Glance glance;
    private final Inquiry inquiry;
    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::answerQuestions, "owner-lookup");
    private volatile boolean closing;
    private volatile boolean closed;

    /** @throws IllegalStateException where the kernel has no sock_diag */
    public LinuxOwnerLookup() {
        this(startWatch());
    }

    /** @param watch null to do without */
    LinuxOwnerLookup(SocketWatch watch) {
        this.watch = watch;
        ProcessTable inquiryProcesses = new ProcFs();
        memory = new OwnerMemory(inquiryProcesses);
        glance = new Glance(glanceSockets, makers(), new ProcFs(), memory);
        inquiry = new Inquiry(inquirySockets, makers(), inquiryProcesses, memory, new UserNames(), System::nanoTime);
        thread.setDaemon(true);
        thread.start();
    }

    private static SocketWatch startWatch() {
        try {
            return SocketWatch.start();
        } catch (IllegalStateException e) {
            LOG.info("owners are searched for in /proc, which is slower than a watch: {}", e.getMessage());
            return null;
        }
    }

    private SocketMakers makers() {
        return watch == null ? SocketMakers.NONE : watch.reader();
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        return glance.find(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return submit(query, false, answers);
    }

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
        if (closing || open.get() >= MOST_QUESTIONS) {
            return false;
        }
        open.incrementAndGet();
        questions.add(new Question(query, listening, answers, open));
        LockSupport.unpark(thread);
        if (closed) {
            dismissQuestions();
        }
        return true;
    }

    private void answerQuestions() {
        while (!closing) {
            try {
                takeQuestions();
                inquiry.round();
            } catch (RuntimeException e) {
                LOG.error("the search for owners failed; the questions that waited are answered with unknown", e);
                inquiry.end();
            }
            if (questions.isEmpty() && !closing) {
                LockSupport.parkNanos(inquiry.restNs());
            }
        }
        inquiry.end();
    }

    private void takeQuestions() {
        Question question;
        while ((question = questions.poll()) != null) {
            try {
                inquiry.take(question);
            } catch (RuntimeException e) {
                question.answer(Owner.UNKNOWN);
                throw e;
            }
        }
    }

    private void dismissQuestions() {
        Question question;
        while ((question = questions.poll()) != null) {
            question.answer(Owner.UNKNOWN);
        }
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closed = true;
        dismissQuestions();
        if (!thread.isAlive()) {
            memory.close();
            glanceSockets.close();
            inquirySockets.close();
            if (watch != null) {
                watch.close();
            }
        }
    }
}
