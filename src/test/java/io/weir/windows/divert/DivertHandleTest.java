package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.EngineException;
import io.weir.filter.Layer;
import io.weir.metrics.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DivertHandleTest {
    private final FakeDriver driver = new FakeDriver();

    private DivertHandle open() {
        return DivertHandle.open(driver, KernelFilter.compile(driver, "outbound and tcp", Layer.NETWORK), 1021, 0);
    }

    @Test
    void shouldMakeTheQueueAsLargeAsItGetsRightAfterOpening() {
        open();
        assertEquals(List.of("compile", "open", "set 0 16384", "set 2 33554432", "set 1 16000"), driver.calls);
        assertEquals("outbound and tcp", driver.filter);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void shouldRefuseWhenEitherFailureValueComes(long result) {
        driver.openResult = result;
        driver.openError = 5;
        EngineException refused = assertThrows(EngineException.class, this::open);
        assertTrue(refused.getMessage().contains("error 5"), refused.getMessage());
        assertFalse(driver.calls.contains("close"), "nothing was opened");
    }

    @Test
    void shouldCloseWhenAParameterIsRefused() {
        driver.parameterError = 87;
        EngineException refused = assertThrows(EngineException.class, this::open);
        assertTrue(refused.getMessage().startsWith("the WinDivert driver refused a queue parameter"), refused.getMessage());
        assertEquals("close", driver.calls.get(driver.calls.size() - 1));
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, true", "3, true"})
    void shouldRefuseWhenTheLoadedDriverIsTooOld(int minor, boolean taken) {
        driver.minorVersion = minor;
        if (taken) {
            open();
        } else {
            EngineException refused = assertThrows(EngineException.class, this::open);
            assertEquals("the WinDivert driver that is loaded is version 2." + minor + "; Weir needs 2.2", refused.getMessage());
            assertEquals("close", driver.calls.get(driver.calls.size() - 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, -1, 30_001, 1020})
    void shouldRefuseAPriorityWhenItIsNotOddOrOutOfRange(int priority) {
        assertThrows(IllegalArgumentException.class, () -> new DivertSettings(priority, false, null));
    }

    @Test
    void shouldOpenSocketsSniffingAndBeforeTheirEventsAreAskedFor() {
        SocketRecord listener = new SocketRecord();
        try (SocketEvents events = new DivertDriver(driver, driver).socketEvents(FakeEngine.SETTINGS, listener, new Counters())) {
            assertEquals(WinDivertAddress.LAYER_SOCKET, driver.layer);
            assertEquals(DivertHandle.SNIFF | DivertHandle.RECEIVE_ONLY, driver.flags);
            assertEquals("(event == CONNECT or event == CLOSE) and processId != " + ProcessHandle.current().pid() + " and not loopback", driver.filter);
            assertEquals(List.of("compile", "open", "set 0 16384", "set 2 33554432", "set 1 16000"), driver.calls);
        }
    }
}
