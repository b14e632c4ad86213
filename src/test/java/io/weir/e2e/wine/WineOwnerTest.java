package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.e2e.Lab;
import io.weir.e2e.Proxy;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Socket events and packets come in any order, or the events not at all: the verdict is the owner's all the same. */
@OnWine
class WineOwnerTest {
    private static final int FLOWS = 6;

    /** The last column: counters of which one at least must have grown, since something of the kind happened. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "in order          |                                              | owner-hit owner-held",
        "late              | EVENT_DELAY=400                              | owner-held",
        "every other lost  | EVENT_LOSE=2                                 | owner-held",
        "all lost          | EVENT_LOSE=1                                 | owner-held",
        "out of order      | EVENT_SWAP=2 EVENT_TWICE=1                   | owner-hit owner-held",
        "no room for them  | QUEUE_LENGTH_SOCKET=1 EVENT_DELAY=100        | owner-held"})
    void shouldAttributeEveryConnectionWhateverBecomesOfTheEvents(String what, String knobs, String grown, WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = lab.start(new WeirFile().upstream(Proxy.MICROSOCKS)
            .rule("one", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-relayed.exe"))
            .rule("other", "block", WeirFile.process("fetch-blocked.exe")), assignments(knobs));
        for (int i = 0; i < FLOWS / 2; i++) {
            boolean ipv6 = i % 2 == 1;
            assertEquals(ipv6 ? Lab.WEB6 : Lab.WEB, lab.fetch("fetch-relayed", ipv6, "/who").orFail().out(), what);
            assertEquals(Exit.REFUSED, lab.client("fetch-blocked", "connect", ipv6 ? Lab.WEB6 : Lab.WEB, "80").exit(), what);
        }
        assertEquals(0, weir.interrupt().exit());
        assertEquals(FLOWS / 2, weir.counter("flows-proxied"), weir::log);
        assertEquals(FLOWS / 2, weir.counter("flows-blocked"), weir::log);
        assertEquals(0, weir.counter("owner-miss"), weir::log);
        assertTrue(Arrays.stream(grown.split(" ")).mapToLong(weir::counter).sum() > 0, weir::log);
    }

    private static Map<String, String> assignments(String knobs) {
        return knobs == null ? Map.of() : Arrays.stream(knobs.split(" ")).map(knob -> knob.split("="))
            .collect(Collectors.toMap(knob -> knob[0], knob -> knob[1], (first, second) -> second, LinkedHashMap::new));
    }
}
