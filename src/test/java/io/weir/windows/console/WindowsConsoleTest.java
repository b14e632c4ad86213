package io.weir.windows.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A console of the test's own: two streams with a mode each, and a code page. */
class WindowsConsoleTest {
    private static final long OUTPUT = 70;
    private static final long ERROR = 80;

    private final Map<Long, Integer> modes = new HashMap<>(Map.of(OUTPUT, 3, ERROR, 3));
    private int codePage = 850;
    private boolean old;
    private int calls;

    private final ConsoleLibrary library = new ConsoleLibrary() {
        @Override
        public long GetStdHandle(int which) {
            return which == -11 ? OUTPUT : ERROR;
        }

        @Override
        public int GetConsoleMode(long handle, long mode) {
            Integer known = modes.get(handle);
            if (known == null) {
                return 0;
            }
            new Pointer(mode).setInt(0, known);
            return 1;
        }

        @Override
        public int SetConsoleMode(long handle, int mode) {
            calls++;
            if (old && (mode & 4) != 0) {
                return 0;
            }
            modes.put(handle, mode);
            return 1;
        }

        @Override
        public int GetConsoleOutputCP() {
            return codePage;
        }

        @Override
        public int SetConsoleOutputCP(int wanted) {
            calls++;
            codePage = wanted;
            return 1;
        }
    };

    @Test
    void shouldShowColoursAndUtf8UntilItIsClosed() {
        WindowsConsole console = WindowsConsole.open(library);
        assertTrue(console.coloured());
        assertEquals(Map.of(OUTPUT, 7, ERROR, 7), modes);
        assertEquals(65001, codePage);
        console.close();
        console.close();
        assertEquals(Map.of(OUTPUT, 3, ERROR, 3), modes);
        assertEquals(850, codePage);
        assertEquals(6, calls, "restored more than once");
    }

    @Test
    void shouldLeaveAloneWhatIsAsItShouldBe() {
        modes.replaceAll((handle, mode) -> 7);
        codePage = 65001;
        try (WindowsConsole console = WindowsConsole.open(library)) {
            assertTrue(console.coloured());
        }
        assertEquals(0, calls);
    }

    @Test
    void shouldChangeNothingWhenBothStreamsAreRedirected() {
        modes.clear();
        try (WindowsConsole console = WindowsConsole.open(library)) {
            assertFalse(console.coloured());
        }
        assertEquals(0, calls);
        assertEquals(850, codePage);
    }

    @Test
    void shouldPrepareTheStreamThatIsNotRedirected() {
        modes.remove(OUTPUT);
        try (WindowsConsole console = WindowsConsole.open(library)) {
            assertTrue(console.coloured());
            assertEquals(65001, codePage);
            assertEquals(7, modes.get(ERROR));
        }
        assertEquals(3, modes.get(ERROR));
    }

    @Test
    void shouldDoWithoutColoursWhereWindowsIsTooOldForThem() {
        old = true;
        try (WindowsConsole console = WindowsConsole.open(library)) {
            assertFalse(console.coloured());
        }
        assertEquals(Map.of(OUTPUT, 3, ERROR, 3), modes);
        assertEquals(850, codePage);
    }
}
