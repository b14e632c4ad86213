package io.weir.windows.process;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup.Closings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins questions with socket events, whichever comes last, and with the tables, which are read at most once in {@value #WALK_PAUSE_MS} ms for all
 * that wait. What neither has told within {@value #PATIENCE_MS} ms will not be told: the socket is closed again. Look-up thread only.
 */
final class Inquiry {
    static final long WALK_PAUSE_MS = 10;
    static final long PATIENCE_MS = 300;
    private static final long SWEEP_MS = 5_000;
    private static final long MS = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);

    private final RecentSockets recent;
    private final Processes processes;
    private final TableWalk tables;
    private final SocketServices services;
    private final EventClock eventClock;
    private final LongSupplier clock;
    private final Counters counters;
    private final Map<SocketKey, List<Question>> waiting = new HashMap<>();
    private long walkAgainNs;
    private long sweepNs;
    private int lastError;

    Inquiry(RecentSockets recent, Processes processes, SocketTables tables, SocketServices services, EventClock eventClock, LongSupplier clock,
            Counters counters) {
        this.recent = recent;
        this.processes = processes;
        this.tables = new TableWalk(tables);
        this.services = services;
        this.eventClock = eventClock;
        this.clock = clock;
        this.counters = counters;
        walkAgainNs = clock.getAsLong();
        sweepNs = walkAgainNs + SWEEP_MS * MS;
    }

    /** For how long nothing but news can get us further. */
    long restNs() {
        long nowNs = clock.getAsLong();
        long rest = recent.isEmpty() && processes.isEmpty() ? Long.MAX_VALUE : sweepNs - nowNs;
        for (List<Question> questions : waiting.values()) {
            for (Question question : questions) {
                rest = Math.min(rest, Math.max(question.nextWalkNs() - nowNs, walkAgainNs - nowNs));
            }
        }
        return Math.max(0, rest);
    }

    /** Answers at once if an event has told, else lets the question wait for the next {@link #round()}. */
    void take(Question question) {
        OwnedSocket socket = told(question);
        KnownProcess known = socket == null ? null : known(socket);
        if (known != null) {
            question.answer(known.owner());
            return;
        }
        question.taken(clock.getAsLong(), PATIENCE_MS * MS);
        waiting.computeIfAbsent(question.key(), first -> new ArrayList<>(1)).add(question);
    }

    /** What is known of the socket that is asked for. */
    private OwnedSocket told(Question question) {
        if (question.listening()) {
            return null;
        }
        SocketKey key = question.key();
        OwnedSocket socket = recent.find(key.protocol(), key.local().address().high(), key.local().address().low(), key.local().port(),
            key.remote().address().high(), key.remote().address().low(), key.remote().port());
        return socket != null && socket.becomesOf(question.query().beginning(), question.askedNs()) ? socket : null;
    }

    /** Who opened it; null when that process is gone: then the socket is forgotten, for another may have its place. */
    private KnownProcess known(OwnedSocket socket) {
        KnownProcess known = socket.process();
        if (known == null) {
            known = processes.at(socket.pid(), socket.timestamp());
            if (known == null) {
                recent.remove(socket);
            } else {
                known = ofOneService(known, socket.key());
            }
            socket.process(known);
        }
        return known;
    }

    /** The process as the owner of one socket. No packet waits for that: where the tables were read a moment ago, all its services are named. */
    private KnownProcess ofOneService(KnownProcess known, SocketKey key) {
        long nowNs = clock.getAsLong();
        if (!known.isShared() || !services.canTell() || nowNs - walkAgainNs < 0) {
            return known;
        }
        counters.increment(Counter.OWNER_TABLE_WALKS);
        walkAgainNs = nowNs + WALK_PAUSE_MS * MS;
        return known.as(services.exact(key, known.owner()));
    }

    /** News of a socket: answers who waits for it, unless there are newer ones. */
    void connected(OwnedSocket socket) {
        KnownProcess known = known(socket);
        List<Question> questions = known == null ? null : waiting.get(socket.key());
        if (questions != null) {
            List<Question> answered = questions.stream().filter(question -> told(question) == socket).toList();
            questions.removeAll(answered);
            if (questions.isEmpty()) {
                waiting.remove(socket.key());
            }
            answered.forEach(question -> question.answer(known.owner()));
        }
    }

    /** A TCP socket is closed: nothing more will be told of it. What was asked for later may be the next between the same ends. */
    void closed(SocketKey key, long closedNs, Closings closings) {
        for (Question question : waiting.getOrDefault(key, List.of())) {
            if (!question.listening() && question.askedNs() - closedNs < 0) {
                closings.closed(Protocol.TCP, key.local(), key.remote(), question.query().beginning());
            }
        }
    }

    /** One reading of the tables for everything that waits, if it is time for that. */
    void round() {
        long nowNs = clock.getAsLong();
        if (nowNs - sweepNs >= 0) {
            sweep(nowNs);
        }
        if (nowNs - walkAgainNs < 0 || !isWalkDue(nowNs)) {
            return;
        }
        long startTimestamp = eventClock.timestamp();
        List<Question> all = new ArrayList<>();
        waiting.values().forEach(all::addAll);
        counters.increment(Counter.OWNER_TABLE_WALKS);
        noteError(tables.walk(all));
        long endNs = clock.getAsLong();
        walkAgainNs = nowNs + WALK_PAUSE_MS * MS;
        for (Iterator<List<Question>> each = waiting.values().iterator(); each.hasNext();) {
            List<Question> questions = each.next();
            questions.removeIf(question -> settled(question, startTimestamp, nowNs, endNs));
            if (questions.isEmpty()) {
                each.remove();
            }
        }
    }

    private boolean isWalkDue(long nowNs) {
        for (List<Question> questions : waiting.values()) {
            for (Question question : questions) {
                if (nowNs - question.nextWalkNs() >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean settled(Question question, long timestamp, long walkedNs, long nowNs) {
        OwnedSocket told = told(question);
        if (told != null && known(told) != null) { // its news found the queue full
            question.answer(told.process().owner());
            return true;
        }
        KnownProcess known = question.process() == 0 ? null : processes.at(question.process(), timestamp);
        if (known != null) {
            if (!question.listening()) {
                recent.put(OwnedSocket.fromTable(question.key(), known, timestamp, walkedNs, question.query().beginning(), question.askedNs()));
            }
            question.answer(known.owner());
            return true;
        }
        if (question.isAmbiguous()) {
            counters.increment(Counter.OWNER_AMBIGUOUS);
            question.answer(Owner.UNKNOWN);
            return true;
        }
        if (!question.walkedInVain(nowNs, WALK_PAUSE_MS * MS)) {
            question.answer(Owner.UNKNOWN);
            return true;
        }
        return false;
    }

    private void noteError(int error) {
        if (error != lastError && error != 0) {
            LOG.warn("a table of sockets cannot be read (error {}): sockets that no event told of stay without an owner", error);
        }
        lastError = error;
    }

    private void sweep(long nowNs) {
        sweepNs = nowNs + SWEEP_MS * MS;
        recent.forgetOld(nowNs);
        processes.forgetEnded();
        eventClock.adjust();
    }

    /** Answers whatever still waits: nothing more will be found. */
    void end() {
        waiting.values().forEach(questions -> questions.forEach(question -> question.answer(Owner.UNKNOWN)));
        waiting.clear();
    }
}
