package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.process.Owner;
import org.junit.jupiter.api.Test;

class ProcessesTest {
    private static final String CURL = "C:\\Windows\\System32\\curl.exe";

    private final FakeClocks clocks = new FakeClocks();
    private final FakeProcessTable table = new FakeProcessTable();
    private final Counters counters = new Counters();
    private final Processes processes = new Processes(table, clocks.eventClock(), counters);

    private Owner owner(int pid) {
        KnownProcess known = processes.at(pid, clocks.timestamp());
        return known == null ? null : known.owner();
    }

    @Test
    void shouldTellEverythingOfAProcess() {
        table.start(700, 5, "C:\\Windows\\explorer.exe");
        FakeProcessTable.FakeProcess curl = table.start(812, 10, CURL);
        curl.parent = 700;
        curl.commandLine = "curl https://x --user me:secret";
        assertEquals(new Owner(812, 10, CURL, "curl.exe", "PC\\alice", "", new Owner.Parent(700, "explorer.exe"), curl.commandLine), owner(812));
        assertEquals(0, table.servicesAsked(812), "it was not started by the service manager");
        assertEquals(1, table.openHandles(), "the parent is not held");
    }

    @Test
    void shouldAskOnceAndHoldTheProcess() {
        table.start(812, 10, CURL);
        assertNull(processes.remembered(812, clocks.timestamp()));
        KnownProcess first = processes.at(812, clocks.timestamp());
        assertSame(first, processes.at(812, clocks.timestamp()));
        assertSame(first, processes.remembered(812, clocks.timestamp()));
        assertEquals(1, table.opened());
        table.end(812);
        assertSame(first, processes.at(812, clocks.timestamp()), "its last sockets may be spoken of after its end");
        processes.forgetEnded();
        assertEquals(0, table.openHandles());
        assertNull(owner(812));
    }

    @Test
    void shouldNotTakeTheNextProcessForTheOneBeforeWhenANumberIsUsedAgain() {
        long whenTheFirstConnected = clocks.timestamp();
        clocks.advanceMs(500);
        table.start(812, clocks.fileTime(), CURL);
        clocks.advanceMs(500);
        assertNull(processes.at(812, whenTheFirstConnected));
        assertEquals(1, counters.get(Counter.OWNER_REUSED));
        assertNotNull(processes.at(812, clocks.timestamp()));
        assertNull(processes.remembered(812, whenTheFirstConnected), "also where no system is asked");
        assertNull(processes.at(812, whenTheFirstConnected));
        assertEquals(2, counters.get(Counter.OWNER_REUSED));
    }

    @Test
    void shouldNotSuspectAnotherProcessWhenTheSystemTimeWasSetForward() {
        clocks.setForwardMs(3_600_000);
        table.start(812, clocks.fileTime(), CURL);
        assertNotNull(processes.at(812, clocks.timestamp()));
        assertEquals(0, counters.get(Counter.OWNER_REUSED));
    }

    @Test
    void shouldNotSuspectAnotherProcessWhenTheSystemTimeWasSetBack() {
        table.start(812, clocks.fileTime(), CURL);
        clocks.setForwardMs(-3_600_000);
        clocks.advanceMs(1000);
        Processes after = new Processes(table, clocks.eventClock(), counters);
        assertNotNull(after.at(812, clocks.timestamp()));
        assertEquals(0, counters.get(Counter.OWNER_REUSED));
    }

    @Test
    void shouldNameProcessesThatMayNotBeOpened() {
        FakeProcessTable.FakeProcess guarded = table.start(900, 10, "C:\\Program Files\\Guard\\guard.exe");
        guarded.mayBeOpened = false;
        assertEquals(new Owner(900, 10, "", "guard.exe", ""), owner(900));
        assertNull(processes.remembered(900, clocks.timestamp()), "its number is not held: it is asked for each time");
        KnownProcess first = processes.at(900, clocks.timestamp());
        assertSame(first, processes.at(900, clocks.timestamp()));
        table.end(900);
        FakeProcessTable.FakeProcess other = table.start(900, 20, CURL);
        other.mayBeOpened = false;
        assertEquals("curl.exe", owner(900).name());
        assertEquals(20, owner(900).startTime());
    }

    @Test
    void shouldNameProcessesWithoutAnImage() {
        table.start(112, 5, "").listedName = "Registry";
        assertEquals(new Owner(112, 5, "", "Registry", "PC\\alice"), owner(112));
        assertEquals(new Owner(4, 0, "", "System", "NT AUTHORITY\\SYSTEM"), owner(4));
        assertNull(owner(0), "nobody's");
        assertNull(owner(77), "no such process");
    }

    @Test
    void shouldNameTheServicesOfAServiceProcess() {
        table.start(600, 3, "C:\\Windows\\System32\\services.exe").mayBeOpened = false;
        FakeProcessTable.FakeProcess host = table.start(1200, 10, "C:\\Windows\\System32\\svchost.exe");
        host.parent = 600;
        host.services = "Dnscache";
        assertEquals("Dnscache", owner(1200).service());
        assertEquals(new Owner.Parent(600, "services.exe"), owner(1200).parent());
    }

    @Test
    void shouldHaveNoParentWhenItsNumberIsAnothersByNow() {
        table.start(700, 50, "C:\\later.exe");
        table.start(812, 10, CURL).parent = 700;
        assertEquals(Owner.Parent.NONE, owner(812).parent());
        table.start(813, 10, CURL).parent = 999;
        assertEquals(new Owner.Parent(999, ""), owner(813).parent(), "gone: only its number is known");
        processes.at(700, clocks.timestamp());
        table.start(814, 10, CURL).parent = 700;
        assertEquals(Owner.Parent.NONE, owner(814).parent(), "also when it is known already");
    }

    @Test
    void shouldCutEndlessCommandLines() {
        table.start(812, 10, CURL).commandLine = "x".repeat(30_000);
        assertEquals(Owner.MOST_COMMAND_LINE, owner(812).commandLine().length());
    }

    @Test
    void shouldForgetTheOldestWhenThereAreTooMany() {
        for (int pid = 1000; pid < 2100; pid++) {
            table.start(pid, 10, CURL);
            assertNotNull(processes.at(pid, clocks.timestamp()));
        }
        assertEquals(1024, table.openHandles());
        assertNull(processes.remembered(1000, clocks.timestamp()));
        assertNotNull(processes.remembered(2099, clocks.timestamp()));
        assertNotEquals(null, owner(1000));
        processes.close();
        assertEquals(0, table.openHandles());
    }
}
