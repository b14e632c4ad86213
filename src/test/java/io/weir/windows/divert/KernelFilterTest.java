package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import io.weir.engine.EngineException;
import io.weir.filter.Layer;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelFilterTest {
    private final FakeDriver driver = new FakeDriver();

    @ParameterizedTest
    @ValueSource(strings = {"(? tcp: udp)", "(not ? tcp: udp)", "(tcp and ? udp: icmp)", "(tcp or ? udp: icmp)", "(tcp.DstPort == ? udp: icmp)",
        "(tcp.DstPort > ? udp: icmp)", "@WinDiv_WX_WWWWAA", "", "tcp.Foo", "tcp.DstPort == 80 # web"})
    void shouldNotShowTheDllWhatMayEndTheProcess(String filter) {
        assertThrows(EngineException.class, () -> KernelFilter.compile(driver, filter, Layer.NETWORK));
        assertFalse(driver.calls.contains("compile"));
    }

    @Test
    void shouldSayWhereAndWhyWhenOurCompilerRefuses() {
        EngineException refused = assertThrows(EngineException.class, () -> KernelFilter.compile(driver, "tcp and tcp.Foo == 1", Layer.NETWORK));
        assertTrue(refused.getMessage().startsWith("the kernel filter is not valid at character 8, before \"tcp.Foo == 1\": "), refused.getMessage());
    }

    @Test
    void shouldSayWhereAndWhyWhenTheDllRefuses() {
        driver.compileError = 4;
        EngineException refused = assertThrows(EngineException.class, () -> KernelFilter.compile(driver, "tcp and udp", Layer.NETWORK));
        assertEquals("the kernel filter is not valid at character 4, before \"and udp\": Filter expression contains a bad token", refused.getMessage());
    }

    @Test
    void shouldRefuseWhenTheDriverHasNoRoomForAllTests() {
        String longest = String.join(" or ", Collections.nCopies(128, "tcp.DstPort == 1 and ip")).replace(" or ", " or\n");
        assertThrows(EngineException.class, () -> KernelFilter.compile(driver, longest, Layer.NETWORK), "256 tests pass the DLL's compiler only");
        assertFalse(driver.calls.contains("compile"));
    }

    @Test
    void shouldBeAnAsciiTextOfItsLayerWhenTaken() {
        KernelFilter filter = KernelFilter.compile(driver, "event == CONNECT", Layer.SOCKET);
        assertEquals(3, filter.layer());
        assertEquals("event == CONNECT", new Pointer(filter.address()).getString(0, "US-ASCII"));
    }
}
