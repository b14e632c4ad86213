package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "true ~ All packets.",
        "outbound and tcp and (tcp.DstPort == 80 or tcp.DstPort == 443) ~ Outbound TCP packets to port 80 or 443.",
        "outbound and tcp.DstPort == 443 ~ Outbound TCP packets to port 443.",
        "outbound and tcp.DstPort >= 8000 and tcp.DstPort <= 8100 ~ Outbound TCP packets to port 8000 to 8100.",
        "udp and ip.DstAddr >= 10.0.0.0 and ip.DstAddr <= 10.255.255.255 ~ UDP IPv4 packets to 10.0.0.0/8.",
        "outbound and tcp and (ip.DstAddr >= 10.0.0.0 and ip.DstAddr <= 10.255.255.255? false: true)"
            + " ~ 'Outbound TCP packets, but not IPv4 packets to 10.0.0.0/8.'",
        "(tcp.DstPort == 80? false: true) ~ Everything except TCP packets to port 80.",
        "not loopback and tcp.Syn and not tcp.Ack ~ Non-loopback TCP packets without tcp.Ack with tcp.Syn.",
        "icmp or icmpv6 ~ 'ICMP packets, or ICMPv6 packets.'",
        "(tcp? tcp.DstPort == 80: udp) ~ 'Of TCP packets: TCP packets to port 80; of all others: UDP packets.'"})
    void shouldSayWhatIsMatched(String text, String expected) throws FilterException {
        assertEquals(expected, new Explanation(Filter.compile(text, Layer.NETWORK)).english());
    }

    @Test
    void shouldAlignTheTableOfDecisions() throws FilterException {
        Filter filter = Filter.compile("outbound and (tcp.DstPort == 80 or tcp.DstPort == 443)", Layer.NETWORK);
        assertEquals(List.of(
                "0  outbound            yes: 1        no: -",
                "1  tcp.DstPort = 80    yes: match    no: 2",
                "2  tcp.DstPort = 443   yes: match    no: -"), new Explanation(filter).table());
    }

    @Test
    void shouldExplainCompiledObjects() throws FilterException {
        String object = Filter.compile("tcp.DstPort == 443", Layer.NETWORK).object();
        assertEquals("TCP packets to port 443.", new Explanation(Filter.compile(object, Layer.NETWORK)).english());
    }
}
