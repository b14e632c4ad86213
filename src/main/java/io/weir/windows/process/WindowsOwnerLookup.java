package io.weir.windows.process;

import io.weir.engine.EngineException;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.windows.divert.DivertDriver;
import io.weir.windows.divert.DivertSettings;
import io.weir.windows.divert.SocketEvents;
import io.weir.windows.divert.SocketListener;
import java.security.SecureRandom;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owners by the driver's socket events, which come at the same time as the first packet, before or after it, and by the system's tables for what no
 * event told. {@link #find} only looks into memory; {@link #ask} waits on a thread of its own for whichever of event and table tells first.
 * {@link #close} comes after the deciding thread has ended.
 */
public final class WindowsOwnerLookup implements OwnerLookup, SocketListener {
    private static final Logger LOG = LoggerFactory.getLogger(WindowsOwnerLookup.class);
    private static final int MOST_QUESTIONS = 4096;
    private static final int MOST_NEWS = 16384;
    private static final int RECENT_SOCKETS = 32768;
    private static final long CLOSE_WITHIN_MS = 5000;
    private static final long LISTENER_WITHIN_MS = 5000;
    private static final long MS = 1_000_000;

    /** What an event said: of a socket connected, or of one closed. */
    private record News(OwnedSocket connected, SocketKey closed) {
    }

    private final Counters counters;
    private final LongSupplier clock;
    private final RecentSockets recent;
    private final Processes processes;
    private final SocketServices services;
    private final Inquiry inquiry;
    private final Runnable release;
    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
    private final ArrayBlockingQueue<News> news = new ArrayBlockingQueue<>(MOST_NEWS);
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::answerQuestions, "owner-lookup");
    private SocketEvents events;
    private volatile Closings closings = (protocol, local, remote) -> { };
    private volatile boolean closing;
    private volatile boolean closed;

    /** With the driver's events. @throws io.weir.engine.EngineException when the driver does not give them */
    public static WindowsOwnerLookup open(DivertDriver driver, DivertSettings settings, Counters counters) {
        WindowsOwnerLookup lookup = byTables(counters);
        try {
            lookup.events = driver.socketEvents(settings, lookup, counters);
            return lookup;
        } catch (RuntimeException refused) {
            lookup.close();
            throw refused;
        }
    }

    /** By the tables alone. */
    static WindowsOwnerLookup byTables(Counters counters) {
        WindowsProcessTable table = new WindowsProcessTable(System::nanoTime);
        return new WindowsOwnerLookup(SocketTables.ofWindows(), ModuleNames.ofWindows(), table, EventClock.ofWindows(), System::nanoTime, counters,
            table::close);
    }

    /** @param release called once, after the last use of {@code table} */
    WindowsOwnerLookup(SocketTables tables, ModuleNames modules, ProcessTable table, EventClock eventClock, LongSupplier clock, Counters counters,
                       Runnable release) {
        this.counters = counters;
        this.clock = clock;
        this.release = release;
        recent = new RecentSockets(RECENT_SOCKETS, new SecureRandom().nextLong(), counters);
        processes = new Processes(table, eventClock, counters);
        services = new SocketServices(tables, modules);
        inquiry = new Inquiry(recent, processes, tables, services, eventClock, clock, counters);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void connected(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid,
                          long timestamp) {
        if (pid == 0 || closing) {
            return;
        }
        KnownProcess known = processes.remembered(pid, timestamp);
        if (known != null && known.isShared() && services.canTell()) {
            known = null; // the look-up thread finds out which service it is
        }
        OwnedSocket socket = new OwnedSocket(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, pid, timestamp, known,
            clock.getAsLong() + Inquiry.EVENT_FOR_MS * MS);
        // A question is counted before it looks for the socket, and the socket is noted before it looks for questions: one of them sees the other.
        if (recent.put(socket) && (known == null || open.get() > 0)) {
            tell(new News(socket, null));
        }
    }

    @Override
    public void closed(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid,
                       long timestamp) {
        if (remotePort == 0) { // it sent to many, or its port is told to be free before, or after, its end is
            recent.removeAll(protocol, localHigh, localLow, localPort, timestamp).forEach(this::tellOfClosed);
            return;
        }
        OwnedSocket socket = recent.remove(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, timestamp);
        if (protocol != Protocol.TCP.number() || socket == null && open.get() == 0) {
            return;
        }
        if (!tellOfClosed(socket) && open.get() > 0) {
            Endpoint local = Endpoint.of(localHigh, localLow, localPort);
            tell(new News(null, new SocketKey(protocol, local, Endpoint.of(remoteHigh, remoteLow, remotePort))));
        }
    }

    /** @return whether somebody wants to know */
    private boolean tellOfClosed(OwnedSocket socket) {
        if (socket == null || !socket.isWanted() || socket.protocol() != Protocol.TCP.number()) {
            return false;
        }
        SocketKey key = socket.key();
        closings.closed(Protocol.TCP, key.local(), key.remote());
        return true;
    }

    /** What is remembered of sockets may be about others by now: the tables know better. */
    @Override
    public void perhapsLost() {
        recent.clear();
    }

    @Override
    public void failed(EngineException why) {
        LOG.warn("owners are found in the system's tables from now on: slower, and not those of sockets that were closed again at once");
        recent.clear();
    }

    private void tell(News what) {
        if (!news.offer(what)) {
            counters.increment(Counter.OWNER_EVENTS_LOST);
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void tellClosings(Closings teller) {
        closings = teller;
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        OwnedSocket socket = recent.find(protocol.number(), localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        if (socket == null) {
            return null;
        }
        socket.want();
        KnownProcess known = socket.process();
        return known == null ? null : known.owner();
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return submit(query, false, answers);
    }

    @Override
    public Owner listener(Endpoint local) {
        CompletableFuture<Owner> answer = new CompletableFuture<>();
        if (!submit(new OwnerQuery(0, Protocol.TCP, local, local), true, (query, owner) -> answer.complete(owner))) {
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
                hearNews();
                takeQuestions();
                inquiry.round();
            } catch (RuntimeException e) {
                LOG.error("the search for owners failed; the questions that waited are answered with unknown", e);
                inquiry.end();
            }
            if (questions.isEmpty() && news.isEmpty() && !closing) {
                LockSupport.parkNanos(inquiry.restNs());
            }
        }
        inquiry.end();
    }

    private void hearNews() {
        News next;
        while ((next = news.poll()) != null) {
            if (next.connected() != null) {
                inquiry.connected(next.connected());
            } else {
                inquiry.closed(next.closed(), closings);
            }
        }
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
        if (events != null) {
            events.close();
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
        recent.clear();
        if (!thread.isAlive()) {
            processes.close();
            release.run();
        }
    }
}
