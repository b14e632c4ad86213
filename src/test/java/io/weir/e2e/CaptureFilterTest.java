package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hand-written filter chooses flows by their first packet, and what it chooses is carried whole, replies included. */
@EndToEnd
class CaptureFilterTest {

    @ParameterizedTest
    @CsvSource({"tcp.DstPort == 80, true", "tcp.DstPort == 443, false", "tcp.Syn, true", "tcp.PayloadLength > 0, true",
        "tcp.DstPort == 443 and tcp.PayloadLength > 0, false"})
    void shouldCarryTheWholeFlowWhenItsFirstPacketIsChosen(String filter, boolean chosen, Lab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        lab.servers().start(Servers.Kind.MICROSOCKS);
        Weir weir = Weir.start(lab, new WeirFile().set("capture.filter", "\"" + filter + "\"").upstream(Proxy.MICROSOCKS)
            .rule("through the proxy", Proxy.MICROSOCKS.action(), WeirFile.process("fetch-filtered")));
        Curl curl = new Curl(lab, "fetch-filtered");
        assertEquals(chosen ? Lab.WEB : Lab.APPLICATION, curl.get(Curl.web(false, "/who")).orFail().out().strip());
        assertEquals(0, weir.interrupt().exit());
        assertEquals(chosen ? 1 : 0, weir.counter("flows-proxied"));
    }
}
