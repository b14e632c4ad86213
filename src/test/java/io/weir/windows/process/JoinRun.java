package io.weir.windows.process;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One random history of a machine, in steps of a millisecond, beside what is true. Every connection begins with a packet, which may be sent again.
 */
final class JoinRun {
    private static final int PORTS = 8;
    private static final int MOST_WAIT_MS = 400;
    private static final Endpoint REMOTE = Endpoint.parse("203.0.113.1:443");

    /** A connection that is, or was. */
    private static final class Connection {
        int port;
        int pid;
        String program;
        byte[] row;
        int beginning;
        boolean rowShown;
        boolean closed;
        int asked;
        int answered;
        boolean eventTold;
    }

    private record Event(int dueMs, long timestamp, Connection about, boolean close) {
    }

    private final SplittableRandom random;
    private final FakeClocks clocks = new FakeClocks();
    private final FakeProcessTable table = new FakeProcessTable();
    private final FakeSocketTables tables = new FakeSocketTables();
    private final Counters counters = new Counters();
    private final EventClock eventClock = clocks.eventClock();
    private final RecentSockets recent;
    private final Processes processes = new Processes(table, eventClock, counters);
    private final Inquiry inquiry;
    private final List<Event> events = new ArrayList<>();
    private final List<Connection> all = new ArrayList<>();
    private final Map<Integer, Connection> byPort = new HashMap<>();
    private final Map<Integer, String> programs = new HashMap<>();
    private int nowMs;
    private int started;
    private int found;
    private int asked;
    private int open;
    /** Answers are given where exceptions are only logged. */
    private String wrong;
    private long walksAt;
    private int walkedMs = -100;

    JoinRun(long seed) {
        random = new SplittableRandom(seed);
        recent = new RecentSockets(64, seed, counters);
        inquiry = new Inquiry(recent, processes, tables, new SocketServices(tables, ModuleNames.NONE), eventClock, clocks.nanoseconds(), counters);
        for (int pid = 100; pid < 106; pid++) {
            startProcess(pid);
        }
    }

    int found() {
        return found;
    }

    int asked() {
        return asked;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step(i < steps - MOST_WAIT_MS);
        }
        check(open == 0, open + " questions are still open");
        for (Connection connection : all) {
            check(connection.asked == connection.answered, "asked " + connection.asked + " times, answered " + connection.answered);
        }
    }

    private void step(boolean lively) {
        nowMs++;
        clocks.advanceMs(1);
        if (lively) {
            happen();
        }
        deliver();
        inquiry.round();
        check(wrong == null, wrong);
        long walks = counters.get(Counter.OWNER_TABLE_WALKS);
        if (walks > walksAt) {
            check(walks == walksAt + 1 && nowMs - walkedMs >= 10, "tables were read after " + (nowMs - walkedMs) + " ms");
            walksAt = walks;
            walkedMs = nowMs;
        }
    }

    private void happen() {
        if (random.nextInt(4) == 0) {
            connect(40_000 + random.nextInt(PORTS));
        }
        if (random.nextInt(8) == 0) {
            close(byPort.get(40_000 + random.nextInt(PORTS)));
        }
        if (random.nextInt(60) == 0) {
            int pid = 100 + random.nextInt(6);
            if (programs.containsKey(pid)) {
                endProcess(pid);
            }
        }
        if (random.nextInt(40) == 0) {
            int pid = 100 + random.nextInt(6);
            if (!programs.containsKey(pid) && !table.isHeld(pid)) {
                startProcess(pid);
            }
        }
        if (random.nextInt(5) == 0) {
            packet(byPort.get(40_000 + random.nextInt(PORTS)));
        }
        if (random.nextInt(500) == 0) {
            clocks.setForwardMs(random.nextInt(1_000_000));
        }
    }

    private void startProcess(int pid) {
        String program = "program" + ++started + ".exe";
        table.start(pid, clocks.fileTime() - 1000, "C:\\" + program);
        programs.put(pid, program);
        clocks.advanceMs(30); // start times are coarse, and a process does not connect in its first milliseconds
        nowMs += 30;
    }

    private void endProcess(int pid) {
        List.copyOf(byPort.values()).stream().filter(connection -> connection.pid == pid).forEach(this::close);
        table.end(pid);
        programs.remove(pid);
        clocks.advanceMs(30);
        nowMs += 30;
    }

    private static Endpoint local(int port) {
        return Endpoint.parse("10.0.0.1:" + port);
    }

    private void connect(int port) {
        if (byPort.containsKey(port) || programs.isEmpty()) {
            return;
        }
        Connection connection = new Connection();
        List<Integer> pids = List.copyOf(programs.keySet());
        connection.port = port;
        connection.pid = pids.get(random.nextInt(pids.size()));
        connection.program = programs.get(connection.pid);
        connection.beginning = all.size() - Integer.MAX_VALUE;
        connection.rowShown = random.nextInt(3) > 0;
        if (connection.rowShown) {
            connection.row = tables.add(RowKind.TCP_IPV4, FakeSocketTables.SYN_SENT, local(port), REMOTE, connection.pid);
        }
        byPort.put(port, connection);
        all.add(connection);
        happened(connection, false);
        if (random.nextBoolean()) {
            deliver();
        }
        packet(connection);
    }

    private void close(Connection connection) {
        if (connection != null) {
            connection.closed = true;
            if (connection.rowShown) {
                tables.remove(RowKind.TCP_IPV4, connection.row);
            }
            byPort.remove(connection.port);
            happened(connection, true);
        }
    }

    private void happened(Connection connection, boolean close) {
        boolean lost = random.nextInt(6) == 0;
        if (!lost) {
            events.add(new Event(nowMs + (random.nextBoolean() ? 0 : random.nextInt(40)), clocks.timestamp(), connection, close));
        }
    }

    /** As the thread of events would, then the look-up thread. */
    private void deliver() {
        for (Event event : List.copyOf(events)) {
            if (event.dueMs() <= nowMs) {
                events.remove(event);
                Connection about = event.about();
                Endpoint local = local(about.port);
                long low = local.address().low();
                if (event.close()) {
                    recent.remove(6, 0, low, about.port, 0, REMOTE.address().low(), 443, eventClock.nanoTime(event.timestamp()));
                } else {
                    connected(event, about, low);
                }
            }
        }
    }

    private void connected(Event event, Connection about, long low) {
        KnownProcess known = processes.remembered(about.pid, event.timestamp());
        OwnedSocket socket = new OwnedSocket(6, 0, low, about.port, 0, REMOTE.address().low(), 443, about.pid, event.timestamp(),
            eventClock.nanoTime(event.timestamp()), known);
        if (recent.put(socket)) {
            about.eventTold = true;
            if (known == null || open > 0) {
                inquiry.connected(socket);
            }
            check(socket.process() == null || socket.process().owner().name().equals(about.program),
                "the event of " + about.program + " was taken for one of " + socket.process());
        }
    }

    /** As the deciding thread would. */
    private void packet(Connection connection) {
        if (connection == null) {
            return;
        }
        OwnedSocket socket = recent.find(6, 0, local(connection.port).address().low(), connection.port, 0, REMOTE.address().low(), 443);
        long nowNs = clocks.nanoseconds().getAsLong();
        KnownProcess known = socket == null || !socket.becomesOf(connection.beginning, nowNs) ? null : socket.process();
        asked++;
        connection.asked++;
        if (known != null) {
            answered(connection, known.owner());
            return;
        }
        open++;
        OwnerQuery query = new OwnerQuery(asked, Protocol.TCP, local(connection.port), REMOTE, connection.beginning);
        inquiry.take(new Question(query, false, (again, owner) -> {
            open--;
            answered(connection, owner);
        }, nowNs));
    }

    private void answered(Connection connection, Owner owner) {
        connection.answered++;
        if (!owner.known()) {
            boolean alive = connection.program.equals(programs.get(connection.pid)) && !connection.closed;
            if (alive && (connection.eventTold || connection.rowShown)) {
                wrong = "nobody was found for " + connection.program;
            }
            return;
        }
        found++;
        boolean next = connection.closed && all.stream().anyMatch(other -> other.port == connection.port && other.beginning > connection.beginning
            && other.program.equals(owner.name()));
        if (!owner.name().equals(connection.program) && !next) {
            wrong = owner.name() + " was taken for " + connection.program;
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
