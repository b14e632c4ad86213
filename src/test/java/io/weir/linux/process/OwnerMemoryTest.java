package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class OwnerMemoryTest {
    private final FakeProcessTable processes = new FakeProcessTable();
    private final OwnerMemory memory = new OwnerMemory(processes);

    private KnownProcess known(int pid) {
        processes.start(pid, 1, 1000, "/bin/program" + pid);
        int folder = processes.open(pid);
        KnownProcess process = new KnownProcess(folder, processes.facts(folder));
        memory.add(process);
        return process;
    }

    @Test
    void shouldKeepTheFolderWhileTheDecidingThreadMayBeReadingIt() {
        KnownProcess process = known(10);
        memory.enter();
        memory.forget(process);
        memory.closeForgotten();
        assertEquals(1, processes.openFolders());
        memory.leave();
        memory.closeForgotten();
        assertEquals(0, processes.openFolders());
    }

    @Test
    void shouldCloseTheFolderWhenTheReadingThatMightUseItHasGivenWayToTheNext() {
        KnownProcess process = known(10);
        memory.enter();
        memory.forget(process);
        memory.leave();
        memory.enter();
        memory.closeForgotten();
        assertEquals(0, processes.openFolders());
    }

    @Test
    void shouldNotTellOfAForgottenProcessWhenItsSocketIsAskedFor() {
        KnownProcess process = known(10);
        Holding holding = new Holding(77, process, 3);
        memory.saw(holding);
        assertSame(holding, memory.holding(77));
        memory.forget(process);
        assertNull(memory.holding(77));
        memory.saw(holding);
        assertNull(memory.holding(77), "told again by a deciding thread that came late");
    }

    @Test
    void shouldNotMistakeOneSocketForAnotherWhenBothFallIntoOnePlace() {
        memory.saw(new Holding(5, known(10), 3));
        memory.saw(new Holding(5 + 8192, known(11), 4));
        assertNull(memory.holding(5));
        assertEquals(4, memory.holding(5 + 8192).file());
    }

    @Test
    void shouldNameTheLastOpenerFirst() {
        KnownProcess first = known(10);
        KnownProcess second = known(11);
        memory.opened(first);
        memory.opened(second);
        memory.opened(first);
        assertEquals(2, memory.openers().length);
        assertSame(first, memory.openers()[0]);
        assertSame(second, memory.openers()[1]);
    }
}
