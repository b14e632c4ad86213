package io.weir.linux.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class WatchProgramTest {

    @Test
    void shouldBeTheInstructionsOfTheCommentsWhenAssembledForMapFive() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the bytes are those of a little-endian machine");
        String expected = String.join("",
            "85000000" + "2e000000",   // r0 = get_socket_cookie(r1)
            "7b0af8ff" + "00000000",   // *(u64 *)(r10 - 8) = r0
            "85000000" + "0e000000",   // r0 = get_current_pid_tgid()
            "77000000" + "20000000",   // r0 >>= 32
            "7b0ae8ff" + "00000000",   // *(u64 *)(r10 - 24) = r0
            "85000000" + "7d000000",   // r0 = ktime_get_boot_ns()
            "7b0af0ff" + "00000000",   // *(u64 *)(r10 - 16) = r0
            "18110000" + "05000000" + "00000000" + "00000000",   // r1 = map 5
            "bfa20000" + "00000000" + "07020000" + "f8ffffff",   // r2 = r10 - 8
            "bfa30000" + "00000000" + "07030000" + "e8ffffff",   // r3 = r10 - 24
            "b7040000" + "00000000",   // r4 = 0
            "85000000" + "02000000",   // map_update_elem(r1, r2, r3, r4)
            "b7000000" + "01000000",   // r0 = 1
            "95000000" + "00000000");  // exit
        assertEquals(expected, HexFormat.of().formatHex(WatchProgram.writingTo(5)));
    }
}
