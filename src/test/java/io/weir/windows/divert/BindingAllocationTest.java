package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.FunctionMapper;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A call of the DLL takes no heap: every export is bound to a C function that takes no notice of its arguments, so that what is left is the way
 * there.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "on Windows the binding of this process is to the DLL itself")
class BindingAllocationTest {
    private static final int RUNS = 20;
    private static final int CALLS = 2_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final WinDivertLibrary library = DirectWinDivert.bind(NativeLibrary.getInstance("c",
            Map.of(Library.OPTION_FUNCTION_MAPPER, (FunctionMapper) (any, method) -> "getpid")));

    @Test
    void shouldAllocateNothingWhenBatchesAreReceivedAndSent() {
        long least = Long.MAX_VALUE;
        for (int run = 0; run < RUNS && least > 0; run++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                carry(i);
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least);
    }

    @Test
    void shouldReachTheFunctionWhenCalled() {
        assertEquals(ProcessHandle.current().pid(), library.WinDivertRecvEx(1, 2, 3, 4, 0, 5, 6, 7));
    }

    private void carry(int round) {
        library.WinDivertRecvEx(1, 0x1000, 65_575, 0, 0, 0x2000, 0x3000, 0x4000 + round);
        library.WinDivertSendEx(1, 0x1000, 65_575, 0, 0, 0x2000, 80 * (1 + round % 255), 0);
        library.lastError();
    }
}
