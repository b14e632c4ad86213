package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import com.sun.management.ThreadMXBean;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerLookupContractTest;
import io.weir.process.OwnerQuery;
import io.weir.testkit.Waiting;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole look-up with its thread, on made-up tables, processes and events. */
class WindowsOwnerLookupTest extends OwnerLookupContractTest {
    private static final int PID = 812;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FakeClocks clocks = FakeClocks.running();
    private final FakeSocketTables tables = new FakeSocketTables();
    private final FakeProcessTable table = new FakeProcessTable();
    private final Counters counters = new Counters();
    private final AtomicInteger released = new AtomicInteger();
    private final WindowsOwnerLookup lookup = new WindowsOwnerLookup(tables, this::moduleName, table, clocks.eventClock(), clocks.nanoseconds(),
        counters, released::incrementAndGet);
    private final Owner curl = new Owner(PID, 10, "C:\\curl.exe", "curl.exe", "PC\\alice");
    private int port = 5000;

    /** The service of a local port. */
    private String moduleName(RowKind kind, long row) {
        int at = kind.localPort();
        byte[] networkOrder = new Pointer(row).getByteArray(at, 2);
        int local = (networkOrder[0] & 0xff) << 8 | networkOrder[1] & 0xff;
        return local % 2 == 0 ? "Dhcp" : "EventLog";
    }

    WindowsOwnerLookupTest() {
        table.start(PID, 10, "C:\\curl.exe");
    }

    @AfterEach
    void close() {
        lookup.close();
        assertEquals(0, table.openHandles());
        assertEquals(1, released.get());
    }

    @Override
    protected OwnerLookup lookup() {
        return lookup;
    }

    @Override
    protected OwnedFlow openFlow(Protocol protocol) {
        OwnedFlow flow = unseen(protocol);
        tables.add(protocol == Protocol.TCP ? RowKind.TCP_IPV4 : RowKind.UDP_IPV4, FakeSocketTables.SYN_SENT, flow.local(), flow.remote(), PID);
        return flow;
    }

    /** In no table. */
    private OwnedFlow unseen(Protocol protocol) {
        return new OwnedFlow(protocol, Endpoint.parse("10.0.0.1:" + port++), Endpoint.parse("203.0.113.1:443"), curl);
    }

    @Override
    protected OwnedListener openListener() {
        Endpoint local = Endpoint.parse("127.0.0.1:" + port++);
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.LISTEN, local, Endpoint.parse("0.0.0.0:0"), PID);
        return new OwnedListener(local, curl);
    }

    private void connected(OwnedFlow flow, int pid) {
        connected(flow, pid, clocks.timestamp());
    }

    private void connected(OwnedFlow flow, int pid, long timestamp) {
        lookup.connected(flow.protocol().number(), flow.local().address().high(), flow.local().address().low(), flow.local().port(),
            flow.remote().address().high(), flow.remote().address().low(), flow.remote().port(), pid, timestamp);
    }

    private void closed(OwnedFlow flow) {
        closed(flow, clocks.timestamp());
    }

    private void closed(OwnedFlow flow, long timestamp) {
        lookup.closed(flow.protocol().number(), flow.local().address().high(), flow.local().address().low(), flow.local().port(),
            flow.remote().address().high(), flow.remote().address().low(), flow.remote().port(), PID, timestamp);
    }

    @Test
    void shouldFindTheOwnerAtOnceWhenTheEventCameBefore() {
        OwnedFlow first = unseen(Protocol.TCP);
        connected(first, PID);
        assertEquals(curl, ask(first.protocol(), first.local(), first.remote()), "the process was new");
        OwnedFlow second = unseen(Protocol.UDP);
        connected(second, PID);
        assertEquals(curl, find(second), "the process is known");
        assertEquals(0, tables.reads());
    }

    @Test
    void shouldAnswerWhoWaitsWhenTheEventComesLast() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            OwnedFlow flow = unseen(Protocol.TCP);
            BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
            long timestamp = clocks.timestamp();
            OwnerQuery query = new OwnerQuery(i, flow.protocol(), flow.local(), flow.remote());
            assertTrue(lookup.ask(query, (asked, owner) -> answers.add(owner)));
            connected(flow, PID, timestamp);
            assertEquals(curl, Waiting.next(answers, "an answer"), "round " + i);
        }
    }

    @Test
    void shouldFindNothingWhenTheEventNamesNobodyOrTheSocketIsClosed() {
        OwnedFlow flow = unseen(Protocol.TCP);
        connected(flow, 0);
        assertNull(find(flow));
        connected(flow, PID);
        ask(flow.protocol(), flow.local(), flow.remote());
        assertEquals(curl, find(flow));
        clocks.advanceMs(1);
        closed(flow);
        assertNull(find(flow));
    }

    @Test
    void shouldTellOfClosedSocketsThatSomebodyAskedFor() {
        BlockingQueue<Endpoint> closings = new LinkedBlockingQueue<>();
        lookup.tellClosings((protocol, local, remote, beginning) -> closings.add(local));
        OwnedFlow asked = unseen(Protocol.TCP);
        OwnedFlow other = unseen(Protocol.TCP);
        OwnedFlow datagrams = unseen(Protocol.UDP);
        for (OwnedFlow flow : new OwnedFlow[] {asked, other, datagrams}) {
            connected(flow, PID);
        }
        find(asked);
        find(datagrams);
        clocks.advanceMs(1);
        for (OwnedFlow flow : new OwnedFlow[] {other, datagrams, asked, asked}) {
            closed(flow);
        }
        assertEquals(asked.local(), closings.poll());
        assertNull(closings.poll(), "nobody asked for the other, nobody waits for datagrams, and twice told is once closed");
    }

    @Test
    void shouldTellOnceOfAClosedSocketWhenItsPortIsToldToBeFreeFirst() {
        BlockingQueue<Endpoint> closings = new LinkedBlockingQueue<>();
        lookup.tellClosings((protocol, local, remote, beginning) -> closings.add(remote));
        OwnedFlow asked = unseen(Protocol.TCP);
        connected(asked, PID);
        find(asked);
        clocks.advanceMs(1);
        lookup.closed(Protocol.TCP.number(), 0, 0, asked.local().port(), 0, 0, 0, PID, clocks.timestamp());
        assertEquals(asked.remote(), closings.poll());
        closed(asked);
        assertNull(closings.poll());
    }

    @Test
    void shouldTellOfAClosedSocketWhoseOwnerIsStillBeingAskedFor() throws InterruptedException {
        BlockingQueue<Endpoint> closings = new LinkedBlockingQueue<>();
        BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
        lookup.tellClosings((protocol, local, remote, beginning) -> closings.add(local));
        OwnedFlow flow = unseen(Protocol.TCP);
        lookup.ask(new OwnerQuery(1, flow.protocol(), flow.local(), flow.remote()), (asked, owner) -> answers.add(owner));
        Waiting.until("the question waits", () -> tables.reads() > 0);
        closed(flow);
        assertEquals(flow.local(), Waiting.next(closings, "closings"));
        assertEquals(Owner.UNKNOWN, Waiting.next(answers, "answers"));
    }

    private Owner find(OwnedFlow flow, long beginning) {
        return lookup.find(flow.protocol(), flow.local().address().high(), flow.local().address().low(), flow.local().port(),
            flow.remote().address().high(), flow.remote().address().low(), flow.remote().port(), beginning);
    }

    private Owner ask(OwnedFlow flow, long beginning) {
        BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
        lookup.ask(new OwnerQuery(1, flow.protocol(), flow.local(), flow.remote(), beginning), (asked, owner) -> answers.add(owner));
        return Waiting.next(answers, "an answer");
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, names = {"TCP", "UDP"})
    void shouldNotNameTheOldOwnerWhenNeitherItsEndNorTheNextSocketWasTold(Protocol protocol) {
        table.start(PID + 1, 10, "C:\\next.exe");
        OwnedFlow flow = unseen(protocol);
        connected(flow, PID);
        assertEquals(curl, ask(flow, 7));
        assertEquals(curl, find(flow, 7), "a first packet that is sent again");
        assertNull(find(flow, 8));
        tables.add(protocol == Protocol.TCP ? RowKind.TCP_IPV4 : RowKind.UDP_IPV4, FakeSocketTables.SYN_SENT, flow.local(), flow.remote(), PID + 1);
        assertEquals("next.exe", ask(flow, 8).name());
        assertEquals("next.exe", find(flow, 8).name());
        assertNull(find(flow, 9), "what a table told is told of one flow, too");
        clocks.advanceMs(1);
        connected(flow, PID);
        assertEquals(curl, find(flow, 9), "an event newer than the last flow");
        assertNull(find(flow, 8));
    }

    @Test
    void shouldTellWhichFlowASocketWasOfThatIsClosed() {
        BlockingQueue<Long> closings = new LinkedBlockingQueue<>();
        lookup.tellClosings((protocol, local, remote, beginning) -> closings.add(beginning));
        OwnedFlow flow = openFlow(Protocol.TCP);
        assertEquals(curl, ask(flow, 0xffff_fff7L));
        long timestamp = clocks.timestamp();
        clocks.advanceMs(1);
        assertEquals(curl, ask(flow, 8));
        closed(flow, timestamp);
        assertNull(closings.poll(), "the one before, told late");
        clocks.advanceMs(1);
        closed(flow);
        assertEquals(8, closings.poll());
        assertNull(closings.poll());
    }

    private void startServices() {
        table.start(600, 3, "C:\\Windows\\System32\\services.exe");
        FakeProcessTable.FakeProcess host = table.start(1200, 10, "C:\\Windows\\System32\\svchost.exe");
        host.parent = 600;
        host.services = "Dhcp+EventLog";
    }

    @ParameterizedTest
    @CsvSource({"TCP, TCP_IPV4_MODULE, 10.0.0.1:6000", "UDP, UDP_IPV4_MODULE, 0.0.0.0:6000", "TCP, TCP_IPV6_MODULE, [2001:db8::1]:6000",
        "UDP, UDP_IPV6_MODULE, [::]:6000"})
    void shouldNameTheOneServiceWhenSeveralShareAProcess(Protocol protocol, RowKind kind, String bound) {
        startServices();
        String address = kind.ipv4() ? "10.0.0.1" : "[2001:db8::1]";
        Endpoint remote = Endpoint.parse(kind.ipv4() ? "203.0.113.1:443" : "[2001:db8:2::1]:443");
        tables.add(kind, FakeSocketTables.SYN_SENT, Endpoint.parse(bound.replace("6000", "6001")), remote, 1200);
        tables.add(kind, FakeSocketTables.SYN_SENT, Endpoint.parse(bound), remote, 1200);
        tables.add(kind, FakeSocketTables.SYN_SENT, Endpoint.parse(address + ":6000"), remote, 9999);
        OwnedFlow flow = new OwnedFlow(protocol, Endpoint.parse(address + ":6000"), remote, null);
        connected(flow, 1200);
        assertEquals("Dhcp", ask(protocol, flow.local(), flow.remote()).service());
        assertEquals("Dhcp", find(flow).service());
        OwnedFlow elsewhere = new OwnedFlow(protocol, Endpoint.parse(address + ":6009"), remote, null);
        connected(elsewhere, 1200);
        assertEquals("Dhcp+EventLog", ask(protocol, elsewhere.local(), elsewhere.remote()).service(), "in no table, or these were read just now");
    }

    @Test
    void shouldForgetWhatEventsToldWhenSomeMayBeLost() {
        OwnedFlow flow = unseen(Protocol.TCP);
        connected(flow, PID);
        ask(flow.protocol(), flow.local(), flow.remote());
        lookup.perhapsLost();
        assertNull(find(flow));
        tables.add(RowKind.TCP_IPV4, FakeSocketTables.SYN_SENT, flow.local(), flow.remote(), PID);
        assertEquals(curl, ask(flow.protocol(), flow.local(), flow.remote()), "the tables say it still");
    }

    @Test
    void shouldCountNewsThatFindTheQueueFullAndFindTheirSocketsAllTheSame() throws InterruptedException {
        BlockingQueue<Owner> answers = new LinkedBlockingQueue<>();
        OwnedFlow blocking = openFlow(Protocol.TCP);
        java.util.concurrent.CountDownLatch release = new java.util.concurrent.CountDownLatch(1);
        lookup.ask(new OwnerQuery(1, blocking.protocol(), blocking.local(), blocking.remote()), (asked, owner) -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Waiting.until("the question is asked of both tables", () -> tables.reads() >= 2);
        for (int i = 0; i < 20_000; i++) {
            connected(unseen(Protocol.UDP), 900 + i); // processes nobody knows yet
        }
        assertTrue(counters.get(Counter.OWNER_EVENTS_LOST) > 3000, "lost " + counters.get(Counter.OWNER_EVENTS_LOST));
        OwnedFlow last = unseen(Protocol.UDP);
        connected(last, PID);
        lookup.ask(new OwnerQuery(2, last.protocol(), last.local(), last.remote()), (asked, owner) -> answers.add(owner));
        release.countDown();
        assertEquals(curl, Waiting.next(answers, "answers"));
    }

    @Test
    void shouldNotAllocateWhenAnOwnerIsFoundOrNot() {
        OwnedFlow known = unseen(Protocol.TCP);
        OwnedFlow unknown = unseen(Protocol.TCP);
        connected(known, PID);
        assertEquals(curl, ask(known.protocol(), known.local(), known.remote()));
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int run = 0; run < 20; run++) {
            long before = THREADS.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 1000; i++) {
                find(known);
                find(known, i + 1); // another flow
                find(unknown);
            }
            least = Math.min(least, THREADS.getThreadAllocatedBytes(thread) - before);
        }
        assertEquals(0, least);
    }
}
