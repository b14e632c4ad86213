package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.OwnerLookup.Closings;
import io.weir.process.OwnerQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The look-up thread's work, step by step under clocks moved by hand. */
class InquiryTest {
    private static final Endpoint LOCAL = Endpoint.parse("10.0.0.1:5000");
    private static final Endpoint REMOTE = Endpoint.parse("203.0.113.1:443");
    private static final long MS = 1_000_000;

    private final FakeClocks clocks = new FakeClocks();
    private final FakeProcessTable table = new FakeProcessTable();
    private final FakeSocketTables tables = new FakeSocketTables();
    private final Counters counters = new Counters();
    private final RecentSockets recent = new RecentSockets(64, 42, counters);
    private final EventClock eventClock = clocks.eventClock();
    private final Processes processes = new Processes(table, eventClock, counters);
    private final SocketServices services = new SocketServices(tables, ModuleNames.NONE);
    private final Inquiry inquiry = new Inquiry(recent, processes, tables, services, eventClock, clocks.nanoseconds(), counters);
    private final List<String> answers = new ArrayList<>();
    private int open;

    @BeforeEach
    void start() {
        table.start(11, 1, "C:\\a.exe");
        table.start(12, 1, "C:\\b.exe");
    }

    private void ask(Endpoint local, boolean listening) {
        ask(local, listening, 1);
    }

    private void ask(Endpoint local, boolean listening, long beginning) {
        open++;
        OwnerQuery query = new OwnerQuery(1, Protocol.TCP, local, listening ? local : REMOTE, beginning);
        inquiry.take(new Question(query, listening, (asked, owner) -> {
            open--;
            answers.add(owner.known() ? owner.name() : "nobody");
        }, clocks.nanoseconds().getAsLong()));
    }

    private void ask() {
        ask(LOCAL, false);
    }

    private OwnedSocket event(int pid, long timestamp) {
        return new OwnedSocket(6, LOCAL.address().high(), LOCAL.address().low(), LOCAL.port(), REMOTE.address().high(), REMOTE.address().low(),
            REMOTE.port(), pid, timestamp, eventClock.nanoTime(timestamp), null);
    }

    private OwnedSocket connected(int pid, long timestamp) {
        OwnedSocket socket = event(pid, timestamp);
        recent.put(socket);
        inquiry.connected(socket);
        return socket;
    }

    private long nowNs() {
        return clocks.nanoseconds().getAsLong();
    }

    private void row(int pid) {
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.SYN_SENT, LOCAL, REMOTE, pid);
    }

    @Test
    void shouldAnswerAtOnceWhenTheEventCameFirst() {
        connected(11, clocks.timestamp());
        ask();
        assertEquals(List.of("a.exe"), answers);
        assertEquals(0, tables.reads());
    }

    @Test
    void shouldAnswerAtOnceWhenTheEventComesLast() {
        long timestamp = clocks.timestamp();
        ask();
        inquiry.round();
        assertEquals(List.of(), answers);
        int reads = tables.reads();
        clocks.advanceMs(3);
        connected(11, timestamp);
        assertEquals(List.of("a.exe"), answers);
        assertEquals(reads, tables.reads(), "no table is read for that");
        assertEquals(0, open);
    }

    @Test
    void shouldReadTheTableWhenNoEventComes() {
        row(12);
        ask();
        inquiry.round();
        assertEquals(List.of("b.exe"), answers);
        assertEquals(1, counters.get(Counter.OWNER_TABLE_WALKS));
        ask();
        assertEquals(List.of("b.exe", "b.exe"), answers, "the second time it is remembered");
        clocks.advanceMs(6000);
        tables.clear();
        ask(LOCAL, false, 2);
        inquiry.round();
        assertEquals(2, answers.size(), "but not of another flow: nobody need have told that the port is another's");
    }

    @Test
    void shouldAskTheTableWhenTheEventAnsweredForAnotherFlow() {
        connected(11, clocks.timestamp());
        ask();
        clocks.advanceMs(20);
        ask();
        ask(LOCAL, false, 2);
        assertEquals(List.of("a.exe", "a.exe"), answers);
        row(12);
        inquiry.round();
        assertEquals(List.of("a.exe", "a.exe", "b.exe"), answers);
        ask(LOCAL, false, 2);
        ask();
        assertEquals("b.exe", answers.get(3));
        assertEquals(4, answers.size(), "nothing is known of the first flow any more");
    }

    @Test
    void shouldGiveANewEventToTheFlowThatBeganAfterIt() {
        ask();
        clocks.advanceMs(1);
        long timestamp = clocks.timestamp();
        clocks.advanceMs(1);
        ask(LOCAL, false, 2);
        connected(12, timestamp);
        assertEquals(List.of("b.exe"), answers);
        assertEquals(1, open, "the first still waits");
        connected(11, timestamp - 1_000_000);
        assertEquals(1, open, "older news of the same ends change nothing");
    }

    @Test
    void shouldNotAnswerByNewsThatAreOutOfDate() {
        OwnedSocket first = event(11, clocks.timestamp());
        recent.put(first);
        clocks.advanceMs(1);
        OwnedSocket second = event(12, clocks.timestamp());
        recent.put(second);
        ask(LOCAL, false, 2);
        answers.clear();
        clocks.advanceMs(1);
        ask(LOCAL, false, 3);
        inquiry.connected(first);
        inquiry.connected(second);
        assertEquals(List.of(), answers);
    }

    @Test
    void shouldBelieveTheEventWhenTheTableSaysSomethingElse() {
        ask();
        recent.put(event(11, clocks.timestamp())); // its news found the queue full
        row(12);
        inquiry.round();
        assertEquals(List.of("a.exe"), answers);
    }

    @Test
    void shouldReadTheTablesAtMostOnceInTenMillisecondsForAllThatWait() {
        int most = 0;
        int walksBefore = 0;
        for (int ms = 0; ms < 2000; ms++) {
            ask(Endpoint.parse("10.0.0.1:" + (6000 + ms)), false);
            inquiry.round();
            if (ms % 10 == 9) {
                int walks = (int) counters.get(Counter.OWNER_TABLE_WALKS);
                most = Math.max(most, walks - walksBefore);
                walksBefore = walks;
            }
            clocks.advanceMs(1);
        }
        assertEquals(1, most);
        assertTrue(walksBefore <= 200, walksBefore + " walks in 2 s");
        assertTrue(answers.size() > 1600, "answered " + answers.size());
    }

    @Test
    void shouldLookAgainLessAndLessOftenAndGiveUpAfterAWhile() {
        ask();
        List<Integer> walkedAtMs = new ArrayList<>();
        for (int ms = 0; ms < 1000; ms++) {
            long before = counters.get(Counter.OWNER_TABLE_WALKS);
            inquiry.round();
            if (counters.get(Counter.OWNER_TABLE_WALKS) > before) {
                walkedAtMs.add(ms);
            }
            clocks.advanceMs(1);
        }
        assertEquals(List.of(0, 10, 30, 70, 150, 300), walkedAtMs);
        assertEquals(List.of("nobody"), answers);
        assertEquals(Long.MAX_VALUE, inquiry.restNs(), "nothing is left to wait for");
    }

    @Test
    void shouldSayHowLongItMayRest() {
        ask();
        assertEquals(0, inquiry.restNs());
        inquiry.round();
        assertEquals(10 * MS, inquiry.restNs());
        clocks.advanceMs(4);
        ask(Endpoint.parse("10.0.0.1:5001"), false);
        assertEquals(6 * MS, inquiry.restNs(), "its own first look is due, but the tables were read a moment ago");
    }

    @Test
    void shouldFindTheRowThatAppearsLater() {
        ask();
        inquiry.round();
        row(12);
        inquiry.round();
        assertEquals(List.of(), answers);
        clocks.advanceMs(10);
        inquiry.round();
        assertEquals(List.of("b.exe"), answers);
    }

    @Test
    void shouldNotNameAProcessThatStartedAfterTheEvent() {
        long timestamp = clocks.timestamp();
        clocks.advanceMs(1000);
        table.start(13, clocks.fileTime(), "C:\\late.exe");
        clocks.advanceMs(1000);
        connected(13, timestamp);
        assertEquals(1, counters.get(Counter.OWNER_REUSED));
        assertNull(recent.find(6, LOCAL.address().high(), LOCAL.address().low(), 5000, REMOTE.address().high(), REMOTE.address().low(), 443));
        row(12);
        ask();
        inquiry.round();
        assertEquals(List.of("b.exe"), answers, "the table is asked instead");
    }

    @Test
    void shouldAnswerUnknownWhenSeveralProcessesHaveEqualClaims() {
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.LISTEN, LOCAL, REMOTE, 11);
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.LISTEN, LOCAL, REMOTE, 12);
        ask(LOCAL, true);
        inquiry.round();
        assertEquals(List.of("nobody"), answers);
        assertEquals(1, counters.get(Counter.OWNER_AMBIGUOUS));
    }

    @Test
    void shouldLookOnceWhenAListenerIsAskedFor() {
        connected(11, clocks.timestamp());
        ask(LOCAL, true);
        inquiry.round();
        assertEquals(List.of("nobody"), answers, "a connection is no listener, and no event tells of one");
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.LISTEN, Endpoint.parse("0.0.0.0:5000"), Endpoint.parse("0.0.0.0:0"), 12);
        clocks.advanceMs(10);
        ask(LOCAL, true);
        inquiry.round();
        assertEquals(List.of("nobody", "b.exe"), answers);
    }

    @Test
    void shouldTellOfAClosedSocketOnlyWhoseOwnerIsAskedFor() {
        List<Long> closings = new ArrayList<>();
        SocketKey key = new SocketKey(6, LOCAL, REMOTE);
        Closings told = (protocol, local, remote, beginning) -> closings.add(beginning);
        inquiry.closed(key, nowNs(), told);
        ask(LOCAL, true);
        clocks.advanceMs(1);
        inquiry.closed(key, nowNs(), told);
        ask(LOCAL, false, 3);
        long beforeNs = nowNs();
        clocks.advanceMs(1);
        ask(LOCAL, false, 4);
        inquiry.closed(new SocketKey(6, Endpoint.parse("10.0.0.1:5001"), REMOTE), nowNs(), told);
        inquiry.closed(key, beforeNs, told);
        assertEquals(List.of(), closings, "of a socket before them");
        inquiry.closed(key, nowNs(), told);
        assertEquals(List.of(3L), closings);
    }

    @Test
    void shouldAnswerWhateverWaitsAtTheEnd() {
        ask();
        ask();
        inquiry.end();
        assertEquals(List.of("nobody", "nobody"), answers);
        assertEquals(0, open);
    }
}
