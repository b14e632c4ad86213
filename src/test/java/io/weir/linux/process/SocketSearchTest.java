package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SocketSearchTest {
    private static final int ME = 1000;
    private static final int OTHER = 33;

    private final FakeProcessTable processes = new FakeProcessTable();
    private final OwnerMemory memory = new OwnerMemory(processes);
    private final SocketSearch search = new SocketSearch(processes, memory);

    private WantedSockets likely(long... inodes) {
        WantedSockets wanted = new WantedSockets(inodes, Set.of(ME));
        search.likely(wanted);
        return wanted;
    }

    private WantedSockets everywhere(long... inodes) {
        WantedSockets wanted = likely(inodes);
        search.everywhere(wanted);
        return wanted;
    }

    /** A process that is known to have opened a socket. */
    private void opener(int pid, int file, long inode) {
        processes.start(pid, 1, ME, "/bin/program" + pid);
        processes.open(pid, file, inode);
        Holding holding = everywhere(inode).holding(inode);
        assertEquals(pid, holding.process().facts().pid());
        holding.process().become(ME, "me");
    }

    @Test
    void shouldFindTheSocketWithoutListingWhenItIsNextToTheLastOne() {
        opener(500, 7, 70);
        processes.open(500, 8, 80);
        int listed = processes.filesListed();
        assertEquals(8, likely(80).holding(80).file());
        assertEquals(listed, processes.filesListed());
    }

    @Test
    void shouldFindTheSocketWithoutListingWhenItReplacedOneNearby() {
        opener(500, 40, 400);
        for (int file = 4; file < 68; file++) {
            processes.open(500, file, 1000 + file);
        }
        int listed = processes.filesListed();
        WantedSockets found = likely(1004, 1020, 1067);
        assertTrue(found.complete());
        assertEquals(listed, processes.filesListed());
    }

    @Test
    void shouldReadFewLinksWhenAProcessHasManyFilesAndOpensOneMore() {
        processes.start(500, 1, ME, "/bin/browser");
        for (int file = 3; file < 18_000; file++) {
            processes.open(500, file, 100_000 + file);
        }
        everywhere(117_999).holding(117_999).process().become(ME, "me");
        processes.open(500, 18_000, 118_000);
        int before = processes.linksRead();
        assertTrue(likely(118_000).complete());
        assertTrue(processes.linksRead() - before < 20, "read " + (processes.linksRead() - before) + " links");
    }

    @Test
    void shouldFindTheSocketWithoutListingProcessesWhenItsProcessIsNew() {
        for (int pid = 100; pid < 400; pid++) {
            processes.start(pid, 1, ME, "/bin/old");
            processes.open(pid, 3, 0);
        }
        processes.start(400, 1, ME, "/bin/new");
        processes.open(400, 3, 30);
        assertEquals("new", likely(30).holding(30).process().facts().name());
        assertEquals(0, processes.processesListed());
        assertTrue(processes.linksRead() < 10, "read " + processes.linksRead() + " links");
    }

    @Test
    void shouldFindAllSocketsInOnePassWhenManyAreAskedFor() {
        long[] inodes = new long[100];
        for (int i = 0; i < 100; i++) {
            processes.start(1000 + i, 1, ME, "/bin/program");
            processes.open(1000 + i, 3, 0);
            processes.open(1000 + i, 4, 10_000 + i);
            inodes[i] = 10_000 + i;
        }
        assertTrue(everywhere(inodes).complete());
        assertEquals(1, processes.processesListed());
        assertTrue(processes.linksRead() < 100 * 8, "read " + processes.linksRead() + " links");
    }

    @Test
    void shouldFindTheSocketWhenItsProcessRunsAsAnotherUserThanItsMaker() {
        processes.start(500, 1, OTHER, "/usr/sbin/dropped");
        processes.open(500, 3, 30);
        assertFalse(likely(30).complete());
        assertEquals(500, everywhere(30).holding(30).process().facts().pid());
    }

    @Test
    void shouldNameTheParentWhenAChildInheritedTheSocket() {
        processes.start(500, 1, ME, "/bin/parent");
        processes.open(500, 5, 50);
        processes.start(501, 500, ME, "/bin/child");
        processes.open(501, 5, 50);
        processes.start(502, 501, ME, "/bin/grandchild");
        processes.open(502, 5, 50);
        assertEquals("parent", likely(50).holding(50).process().facts().name());
    }

    @Test
    void shouldEndWhenStaleParentsFormACircle() {
        processes.start(500, 501, ME, "/bin/one");
        processes.open(500, 5, 50);
        processes.start(501, 500, ME, "/bin/other");
        processes.open(501, 5, 50);
        assertTrue(likely(50).complete());
    }

    @Test
    void shouldNameTheChildWhenTheParentHasAnotherFileUnderThatNumber() {
        processes.start(500, 1, ME, "/bin/parent");
        processes.open(500, 5, 51);
        processes.start(501, 500, ME, "/bin/child");
        processes.open(501, 5, 50);
        assertEquals("child", likely(50).holding(50).process().facts().name());
    }

    @Test
    void shouldTakeTheNewProcessForItselfWhenItGotAFormerNumber() {
        opener(500, 5, 50);
        processes.end(500);
        processes.start(500, 1, ME, "/bin/second");
        processes.open(500, 5, 60);
        Holding holding = everywhere(60).holding(60);
        assertEquals("second", holding.process().facts().name());
        assertNull(memory.holding(50));
    }

    @Test
    void shouldReadTheProcessAnewWhenItBecameAnotherProgram() {
        opener(500, 5, 50);
        processes.execute(500, "/bin/after");
        processes.open(500, 6, 60);
        assertEquals("after", likely(60).holding(60).process().facts().name());
    }

    @Test
    void shouldLeaveNoFolderOpenWhenAllIsForgotten() {
        for (int pid = 100; pid < 160; pid++) {
            opener(pid, 3, pid);
        }
        for (int pid = 100; pid < 130; pid++) {
            processes.end(pid);
        }
        everywhere(999_999);
        memory.close();
        assertEquals(0, processes.openFolders());
    }

    @Test
    void shouldHoldABoundedNumberOfFoldersWhenProcessesComeAndGo() {
        for (int pid = 1; pid <= 3000; pid++) {
            opener(pid, 3, pid);
            processes.end(pid);
            memory.closeForgotten();
        }
        assertTrue(processes.openFolders() <= 256, processes.openFolders() + " folders");
        memory.close();
        assertEquals(0, processes.openFolders());
    }
}
