package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.weir.net.Protocol;
import io.weir.process.Owner;
import org.junit.jupiter.api.Test;

class GlanceTest {
    private static final int ME = 1000;
    private static final long NS_PER_TICK = 10_000_000;

    private final FakeProcessTable processes = new FakeProcessTable();
    private final FakeSocketTable sockets = new FakeSocketTable();
    private final FakeSocketMakers makers = new FakeSocketMakers();
    private final OwnerMemory memory = new OwnerMemory(processes);
    private final Glance glance = new Glance(sockets, makers, processes, memory);

    private Owner find(int port) {
        return glance.find(Protocol.TCP, 0, 0, port, 0, 0, 443);
    }

    /** Starts a process that the look-up thread has met before: it opened the socket with this inode. */
    private KnownProcess known(int pid, int parent, int file, long inode) {
        processes.start(pid, parent, ME, "/bin/program" + pid);
        processes.open(pid, file, inode);
        int folder = processes.open(pid);
        KnownProcess process = new KnownProcess(folder, processes.facts(folder));
        process.become(ME, "me");
        memory.add(process);
        memory.opened(process);
        memory.saw(new Holding(inode, process, file));
        return process;
    }

    private void socket(int port, long inode) {
        sockets.put(port, inode, ME);
    }

    @Test
    void shouldNameTheMakerWithoutReadingLinksWhenItIsKnown() {
        known(50, 1, 3, 30);
        socket(1000, 77);
        makers.made(sockets.cookieOf(1000), 50, 5 * NS_PER_TICK);
        assertEquals(new Owner(50, 1, "/bin/program50", "program50", "me", "", new Owner.Parent(1, ""), ""), find(1000));
        assertEquals(0, processes.linksRead());
    }

    @Test
    void shouldNotNameAProcessThatStartedAfterTheSocketWasMade() {
        known(40, 1, 3, 20);
        known(50, 1, 3, 30);
        socket(1000, 77);
        makers.made(sockets.cookieOf(1000), 50, 2 * NS_PER_TICK - 1);
        assertNull(find(1000));
        makers.made(sockets.cookieOf(1000), 50, 2 * NS_PER_TICK);
        assertEquals(50, find(1000).pid());
    }

    @Test
    void shouldNameTheHolderSeenBeforeWhenTheMakerIsGone() {
        known(50, 1, 3, 77);
        socket(1000, 77);
        makers.made(sockets.cookieOf(1000), 49, 1);
        assertEquals(50, find(1000).pid());
    }

    @Test
    void shouldNotGuessWhenTheMakerIsNotKnownYet() {
        known(50, 1, 3, 30);
        processes.open(50, 4, 77);
        socket(1000, 77);
        makers.made(sockets.cookieOf(1000), 51, 1);
        assertNull(find(1000));
        assertEquals(0, processes.linksRead());
    }

    @Test
    void shouldNameNobodyWhenTheMakerHasBecomeAnotherProgram() {
        known(50, 1, 3, 30);
        socket(1000, 77);
        makers.made(sockets.cookieOf(1000), 50, 5 * NS_PER_TICK);
        processes.execute(50, "/bin/after");
        assertNull(find(1000));
    }

    @Test
    void shouldNameNobodyWhenTheSocketWasMadeAsAnotherUserThanBefore() {
        known(50, 1, 3, 30);
        sockets.put(1000, 77, ME + 1);
        makers.made(sockets.cookieOf(1000), 50, 5 * NS_PER_TICK);
        assertNull(find(1000), "the user's name is not known on this thread");
    }

    @Test
    void shouldGuessTheNextFileWhenNobodyWatched() {
        known(50, 1, 3, 30);
        processes.open(50, 4, 77);
        socket(1000, 77);
        assertEquals(50, find(1000).pid());
        int links = processes.linksRead();
        assertEquals(50, find(1000).pid());
        assertEquals(1, processes.linksRead() - links, "seen before, so one link proves it");
    }

    @Test
    void shouldNotGuessAProcessThatMayHaveInheritedTheSocket() {
        processes.start(49, 1, ME, "/bin/parent");
        processes.open(49, 4, 77);
        known(50, 49, 3, 30);
        processes.open(50, 4, 77);
        socket(1000, 77);
        assertNull(find(1000));
    }

    @Test
    void shouldNameNobodyWhenTheSocketMovedElsewhere() {
        known(50, 1, 3, 77);
        socket(1000, 77);
        processes.closeFile(50, 3);
        assertNull(find(1000));
    }

    @Test
    void shouldNameNobodyWhenThereIsNoSocket() {
        known(50, 1, 3, 30);
        assertNull(find(1000));
    }
}
