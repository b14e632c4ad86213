package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InquiryTest {
    private static final int NOBODYS_USER = 987_654;
    private static final Endpoint REMOTE = Endpoint.parse("10.0.0.9:443");

    private final FakeProcessTable processes = new FakeProcessTable();
    private final FakeSocketTable sockets = new FakeSocketTable();
    private final FakeSocketMakers makers = new FakeSocketMakers();
    private final OwnerMemory memory = new OwnerMemory(processes);
    private int open;
    private final List<Owner> answers = new ArrayList<>();
    private long nowNs = 1_000_000;
    private long stepNs;
    private final Inquiry inquiry = new Inquiry(sockets, makers, processes, memory, new UserNames(), () -> nowNs += stepNs);

    private void ask(int port) {
        open++;
        OwnerQuery query = new OwnerQuery(port, Protocol.TCP, Endpoint.parse("10.0.0.1:" + port), REMOTE);
        inquiry.take(new Question(query, false, (asked, owner) -> {
            open--;
            answers.add(owner);
        }));
    }

    @Test
    void shouldAnswerFromMemoryWhenTheSocketWasSeenBefore() {
        processes.start(50, 1, 0, "/bin/program");
        processes.open(50, 3, 30);
        sockets.put(1000, 30, 0);
        ask(1000);
        inquiry.round();
        int links = processes.linksRead();
        ask(1000);
        assertEquals(2, answers.size());
        assertEquals(answers.get(0), answers.get(1));
        assertEquals(50, answers.get(0).pid());
        assertEquals(1, processes.linksRead() - links);
        assertEquals(0, open);
    }

    @Test
    void shouldNameTheMakerWithoutASearchWhenItWasWatched() {
        processes.start(50, 1, 0, "/bin/program");
        sockets.put(1000, 30, 0);
        makers.made(sockets.cookieOf(1000), 50, 10_000_000);
        ask(1000);
        assertEquals(50, answers.get(0).pid());
        assertEquals(0, processes.linksRead());
    }

    @Test
    void shouldSearchWhenTheMakersNumberBelongsToAYoungerProcess() {
        processes.start(50, 1, 0, "/bin/other");
        processes.start(51, 1, 0, "/bin/holder");
        processes.open(51, 3, 30);
        sockets.put(1000, 30, 0);
        makers.made(sockets.cookieOf(1000), 50, 10_000_000 - 1);
        ask(1000);
        inquiry.round();
        assertEquals("holder", answers.get(0).name());
    }

    @Test
    void shouldAnswerUnknownWhenThereIsNoSocket() {
        ask(1000);
        assertEquals(List.of(Owner.UNKNOWN), answers);
    }

    @Test
    void shouldNameOnlyTheUserWhenNoVisibleProcessHoldsTheSocket() {
        sockets.put(1000, 30, NOBODYS_USER);
        ask(1000);
        inquiry.round();
        assertTrue(answers.isEmpty(), "one search may have missed a socket that was being handed over");
        inquiry.round();
        assertEquals(List.of(new Owner(0, 0, "", "", Integer.toString(NOBODYS_USER))), answers);
    }

    @Test
    void shouldNotSearchAgainForASecondWhenNobodyHeldTheSocket() {
        sockets.put(1000, 30, NOBODYS_USER);
        ask(1000);
        inquiry.round();
        inquiry.round();
        int listed = processes.processesListed();
        ask(1000);
        assertEquals(2, answers.size());
        nowNs += 1_000_000_001L;
        ask(1000);
        inquiry.round();
        assertEquals(listed + 1, processes.processesListed());
    }

    @Test
    void shouldNameOnlyTheUserWhenTheSocketWasClosedDuringTheSearch() {
        sockets.put(1000, 30, NOBODYS_USER);
        ask(1000);
        sockets.remove(1000);
        inquiry.round();
        assertEquals(List.of(new Owner(0, 0, "", "", Integer.toString(NOBODYS_USER))), answers);
    }

    @Test
    void shouldRestThreeTimesAsLongAsASearchOfEverythingTook() {
        sockets.put(1000, 30, NOBODYS_USER);
        ask(1000);
        stepNs = 500_000;
        inquiry.round();
        stepNs = 0;
        assertEquals(1, processes.processesListed());
        assertNotEquals(0, inquiry.restNs());
        inquiry.round();
        assertEquals(1, processes.processesListed(), "searched everything without a rest");
        nowNs += inquiry.restNs();
        inquiry.round();
        assertEquals(2, processes.processesListed());
    }

    @Test
    void shouldFindANewProcessDuringTheRest() {
        sockets.put(1000, 30, NOBODYS_USER);
        ask(1000);
        stepNs = 500_000;
        inquiry.round();
        stepNs = 0;
        processes.start(50, 1, 0, "/bin/program");
        processes.open(50, 3, 31);
        sockets.put(1001, 31, 0);
        ask(1001);
        inquiry.round();
        assertEquals(1, answers.size());
        assertEquals("program", answers.get(0).name());
    }

    @Test
    void shouldHoldFewFoldersHoweverManyProcessesAreKnownByTheWatch() {
        int most = 0;
        for (int i = 0; i < 2000; i++) {
            int pid = 100 + i;
            processes.start(pid, 1, 0, "/bin/program");
            sockets.put(1000 + i, 50_000 + i, 0);
            makers.made(sockets.cookieOf(1000 + i), pid, Long.MAX_VALUE);
            ask(1000 + i);
            inquiry.round();
            processes.end(pid);
            most = Math.max(most, processes.openFolders());
        }
        assertEquals(2099, answers.get(1999).pid());
        assertTrue(most < 300, "held " + most + " folders");
    }

    @Test
    void shouldAnswerUnknownToAllThatWaitWhenItEnds() {
        sockets.put(1000, 30, 0);
        ask(1000);
        inquiry.end();
        assertEquals(List.of(Owner.UNKNOWN), answers);
        assertEquals(Long.MAX_VALUE, inquiry.restNs());
    }
}
