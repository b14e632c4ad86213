package io.weir.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Verdict;
import io.weir.stage.FlowReport;
import io.weir.stage.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowLineTest {
    private static final Owner CURL = new Owner(812, 99, "/usr/bin/curl", "curl", "me");
    private static final Verdict BROWSERS = new Verdict(Action.proxy("office"), 0, "browsers", OnFailure.BLOCK, "process curl matched \"curl\"");

    static FlowReport report(Owner owner, Outcome outcome, Verdict verdict, String upstream, String how) {
        return new FlowReport(7, Protocol.TCP, Endpoint.parse("10.0.0.5:40112"), Endpoint.parse("203.0.113.7:443"), owner, outcome, verdict, upstream,
            how, 78, 1_203_000, 5, 1_310_000_000L);
    }

    @Test
    void shouldNameOwnerDestinationRuleReasonAndUpstream() {
        assertEquals("proxied tcp curl[812] 10.0.0.5:40112 -> 203.0.113.7:443 by \"browsers\" (process curl matched \"curl\") through office",
            FlowLine.opened(report(CURL, Outcome.RELAYED, BROWSERS, "office", "")));
    }

    @Test
    void shouldSayWhatHappenedBesideTheVerdict() {
        assertEquals("failed tcp ? 10.0.0.5:40112 -> 203.0.113.7:443 by \"browsers\" (process curl matched \"curl\"): office is down",
            FlowLine.opened(report(Owner.UNKNOWN, Outcome.FAILED, BROWSERS, null, "office is down")));
    }

    @Test
    void shouldGiveBytesAndTimeAtTheEnd() {
        assertEquals("ended tcp curl[812] 10.0.0.5:40112 -> 203.0.113.7:443 up 78 B down 1.20 MB in 1.31 s: closed by both sides",
            FlowLine.ended(report(CURL, Outcome.RELAYED, BROWSERS, "office", "closed by both sides")));
    }

    @Test
    void shouldSayDirectWhenNoUpstreamCarriesIt() {
        assertEquals("direct", FlowLine.word(report(CURL, Outcome.RELAYED, BROWSERS, null, "")));
        assertEquals("blocked", FlowLine.word(report(CURL, Outcome.BLOCKED, BROWSERS, null, "")));
    }

    @Test
    void shouldNotLetAProcessForgeLinesWithItsName() {
        assertEquals("svchost.exe[640]/Dnscache", FlowLine.owner(new Owner(640, 0, "C:\\Windows\\System32\\svchost.exe", "svchost.exe", "", "Dnscache",
            Owner.Parent.NONE, "svchost.exe -k NetworkService")));
        assertEquals("evil??[31mERROR[4]", FlowLine.owner(new Owner(4, 0, "", "evil\n\u001b[31mERROR", "")));
        assertEquals("-", FlowLine.owner(null));
    }

    @Test
    void shouldNotLetAProcessForgeLinesWithItsPathInTheReason() {
        Verdict verdict = new Verdict(Action.BLOCK, 0, "all", OnFailure.BLOCK, "process /tmp/a\nended matched \"/tmp/*\"");
        assertEquals("blocked tcp curl[812] 10.0.0.5:40112 -> 203.0.113.7:443 by \"all\" (process /tmp/a?ended matched \"/tmp/*\")",
            FlowLine.opened(report(CURL, Outcome.BLOCKED, verdict, null, "")));
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1000,1.00 kB", "9994,9.99 kB", "9995,10.0 kB", "99949,99.9 kB", "999499,999 kB", "999500,1.00 MB",
        "1073741824,1.07 GB", "9223372036854775807,9.22 EB"})
    void shouldGiveThreeDigitsOfBytes(long bytes, String text) {
        assertEquals(text, Amount.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"0,0 µs", "350000,350 µs", "999499,999 µs", "1310000,1.31 ms", "999499999,999 ms", "999500000,1.00 s", "59999999999,60.0 s",
        "60000000000,1 min 0 s", "125000000000,2 min 5 s", "12000000000000,3 h 20 min"})
    void shouldGiveDurationsAsPeopleSayThem(long ns, String text) {
        assertEquals(text, Amount.duration(ns));
    }
}
