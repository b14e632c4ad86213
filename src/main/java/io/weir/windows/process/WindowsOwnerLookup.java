package io.weir.windows.process;

import io.weir.engine.EngineException;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.AnsweringThread;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.process.OwnerSearch;
import io.weir.windows.divert.DivertDriver;
import io.weir.windows.divert.DivertSettings;
import io.weir.windows.divert.SocketEvents;
import io.weir.windows.divert.SocketListener;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
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
    private static final int MOST_NEWS = 16384;
    private static final int RECENT_SOCKETS = 32768;

    /** What an event said: of a socket connected, or of one closed. */
    private record News(OwnedSocket connected, SocketKey closed, long closedNs) {
    }

    private final Counters counters;
    private final EventClock eventClock;
    private final LongSupplier clock;
    private final RecentSockets recent;
    private final Processes processes;
    private final SocketServices services;
    private final Inquiry inquiry;
    private final Runnable release;
    private final ArrayBlockingQueue<News> news = new ArrayBlockingQueue<>(MOST_NEWS);
    private final AnsweringThread<Question> answering = new AnsweringThread<>(new Search(), this::question, LOG::error);
    private SocketEvents events;
    private volatile Closings closings = (protocol, local, remote, beginning) -> { };

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
        this.eventClock = eventClock;
        this.clock = clock;
        this.release = release;
        recent = new RecentSockets(RECENT_SOCKETS, new SecureRandom().nextLong(), counters);
        processes = new Processes(table, eventClock, counters);
        services = new SocketServices(tables, modules);
        inquiry = new Inquiry(recent, processes, tables, services, eventClock, clock, counters);
        answering.start();
    }

    @Override
    public void connected(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid,
                          long timestamp) {
        if (pid == 0 || answering.isStopped()) {
            return;
        }
        KnownProcess known = processes.remembered(pid, timestamp);
        if (known != null && known.isShared() && services.canTell()) {
            known = null; // the look-up thread finds out which service it is
        }
        OwnedSocket socket = new OwnedSocket(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, pid, timestamp,
            eventClock.nanoTime(timestamp), known);
        // A question is counted before it looks for the socket, and the socket is noted before it looks for questions: one of them sees the other.
        if (recent.put(socket) && (known == null || answering.isAsked())) {
            tell(new News(socket, null, 0));
        }
    }

    @Override
    public void closed(int protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort, int pid,
                       long timestamp) {
        long closedNs = eventClock.nanoTime(timestamp);
        if (remotePort == 0) { // it sent to many, or its port is told to be free before, or after, its end is
            recent.removeAll(protocol, localHigh, localLow, localPort, closedNs).forEach(this::tellOfClosed);
            return;
        }
        OwnedSocket socket = recent.remove(protocol, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort, closedNs);
        if (socket != null) {
            tellOfClosed(socket);
        }
        if (protocol == Protocol.TCP.number() && answering.isAsked()) {
            Endpoint local = Endpoint.of(localHigh, localLow, localPort);
            tell(new News(null, new SocketKey(protocol, local, Endpoint.of(remoteHigh, remoteLow, remotePort)), closedNs));
        }
    }

    private void tellOfClosed(OwnedSocket socket) {
        if (socket.isWanted() && socket.protocol() == Protocol.TCP.number()) {
            SocketKey key = socket.key();
            closings.closed(Protocol.TCP, key.local(), key.remote(), socket.beginning());
        }
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
        answering.wake();
    }

    @Override
    public void tellClosings(Closings teller) {
        closings = teller;
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
        OwnedSocket socket = recent.find(protocol.number(), localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        if (socket == null || !socket.isOf(beginning) && !socket.becomesOf(beginning, clock.getAsLong())) {
            return null;
        }
        KnownProcess known = socket.process();
        return known == null ? null : known.owner();
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        return answering.ask(query, answers);
    }

    @Override
    public Owner listener(Endpoint local) {
        return answering.listener(local);
    }

    private void hearNews() {
        News next;
        while ((next = news.poll()) != null) {
            if (next.connected() != null) {
                inquiry.connected(next.connected());
            } else {
                inquiry.closed(next.closed(), next.closedNs(), closings);
            }
        }
    }

    private Question question(OwnerQuery query, boolean listening, Answers answers) {
        return new Question(query, listening, answers, clock.getAsLong());
    }

    private final class Search implements OwnerSearch<Question> {

        @Override
        public void take(Question question) {
            inquiry.take(question);
        }

        @Override
        public void round() {
            hearNews();
            inquiry.round();
        }

        @Override
        public long restNs() {
            return news.isEmpty() ? inquiry.restNs() : 0;
        }

        @Override
        public void end() {
            inquiry.end();
        }
    }

    @Override
    public void close() {
        if (answering.isStopped()) {
            return;
        }
        if (events != null) {
            events.close();
        }
        boolean ended = answering.stop();
        recent.clear();
        if (ended) {
            processes.close();
            release.run();
        }
    }
}
