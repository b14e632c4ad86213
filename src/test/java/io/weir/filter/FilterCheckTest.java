package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.net.Endpoint;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '"', value = {
        "NETWORK ~ tcp.dstport == 80            ~ names are case-sensitive; did you mean `tcp.DstPort`?          ~ ^^^^^^^^^^^",
        "NETWORK ~ not (tcp or udp)             ~ `not` cannot stand before `(`; write `(tcp or udp? false: true)` ~ ^",
        "NETWORK ~ processId == 4               ~ `processId` exists at the FLOW, SOCKET and REFLECT layers, not at NETWORK ~ ^^^^^^^^^",
        "FLOW    ~ tcp.DstPort == 80            ~ `tcp.DstPort` exists at the NETWORK and NETWORK_FORWARD layers, not at FLOW ~ ^^^^^^^^^^^",
        "NETWORK ~ tcp & udp                    ~ write `&&` or `and`; there are no bit operations               ~ ^",
        "NETWORK ~ ip.DstAddr == 10.0.0.0/8     ~ there are no prefixes; write two comparisons (`ip.DstAddr >= 10.0.0.0 and ip.DstAddr <= 10.255.255.255`) ~ ^",
        "NETWORK ~ tcp == true                  ~ the number is written `TRUE`; `true` is a filter of its own    ~ ^^^^",
        "NETWORK ~ TRUE                         ~ `TRUE` is a number; the filter is written `true`               ~ ^^^^",
        "NETWORK ~ tcp.SrcPort == tcp.DstPort   ~ two fields cannot be compared; the right side is always a number or an address ~ ^^^^^^^^^^^",
        "NETWORK ~ event == CONNECT             ~ `CONNECT` is an event of another layer, not of NETWORK         ~ ^^^^^^^",
        "NETWORK ~ packet == 1                  ~ `packet` is an array; write `packet[0]`                        ~ ^^",
        "NETWORK ~ outbund and tcp              ~ did you mean `outbound`?                                       ~ ^^^^^^^"})
    void shouldNameTheCharactersAndTheMendWhenFilterIsWrong(String layer, String text, String suggestion, String carets) {
        FilterCheck check = FilterCheck.of(text, Layer.valueOf(layer), List.of());
        assertEquals(suggestion, check.suggestion());
        String[] pointed = check.pointAt(check.error().from(), check.error().to()).split("\n");
        assertEquals(text, pointed[0]);
        assertEquals(carets, pointed[1].strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "NETWORK ~ outbound and not loopback and remoteAddr == 203.0.113.5 and tcp ~ ''",
        "NETWORK ~ true ~ ALWAYS_TRUE CAPTURES_DHCP CAPTURES_INBOUND CAPTURES_LAN CAPTURES_LOOPBACK CAPTURES_MULTICAST CAPTURES_UPSTREAM",
        "NETWORK ~ false ~ NEVER_TRUE",
        "NETWORK ~ tcp and udp ~ NEVER_TRUE",
        "NETWORK ~ tcp.DstPort > 100 and tcp.DstPort < 50 ~ NEVER_TRUE",
        "NETWORK ~ outbound and inbound ~ NEVER_TRUE",
        "NETWORK ~ outbound and not loopback and ip.DstAddr == 203.0.113.5 and tcp.DstPort == 70000 ~ HEADER_ABSENT",
        "NETWORK ~ outbound and not loopback and ip.DstAddr == 203.0.113.5 and tcp.DstPort >= 0 ~ ALWAYS_HOLDS",
        "NETWORK ~ outbound and not loopback and ip.DstAddr == 203.0.113.5 and not tcp.DstPort == 80 ~ NOT_NO_COMPLEMENT",
        "NETWORK ~ outbound and not loopback and ip.DstAddr == 203.0.113.5 and ip.TOS == 300 ~ DRIVER_REFUSES",
        "NETWORK ~ outbound and not loopback and ipv6.DstAddr == 2001:db8::1 and ipv6.FlowLabel == 5 ~ FLOW_LABEL",
        "NETWORK ~ outbound and not loopback and tcp.DstPort == 1080 and ip.DstAddr >= 198.51.100.0 and ip.DstAddr <= 198.51.100.255 ~ CAPTURES_UPSTREAM",
        "NETWORK ~ tcp.DstPort == 443 and ip.DstAddr == 203.0.113.5 and not loopback ~ CAPTURES_INBOUND",
        "NETWORK ~ outbound and not loopback and udp and ip.DstAddr == 255.255.255.255 ~ CAPTURES_DHCP",
        "NETWORK ~ outbound and not loopback and tcp and remoteAddr >= 192.168.0.0 and remoteAddr <= 192.168.255.255 ~ CAPTURES_LAN",
        "SOCKET ~ event ~ DRIVER_REFUSES",
        "SOCKET ~ event == CONNECT and ip ~ IP_AT_EVENT_LAYER"})
    void shouldWarnOfWhatTheWriterHardlyWants(String layer, String text, String expected) {
        FilterCheck check = FilterCheck.of(text, Layer.valueOf(layer), List.of(Endpoint.parse("198.51.100.7:1080")));
        assertTrue(check.ok());
        Set<String> kinds = check.warnings().stream().map(warning -> warning.kind().name()).collect(Collectors.toSet());
        assertEquals(expected.isEmpty() ? Set.of() : Set.of(expected.split(" ")), kinds, () -> check.warnings().toString());
    }

    @Test
    void shouldRefuseWhatCrashesTheDll() {
        for (String text : List.of("(? tcp: udp)", "(tcp and ? udp: icmp)", "(tcp.DstPort == ? udp: icmp)", "(udp.Payload? tcp: udp)")) {
            FilterCheck check = FilterCheck.of(text, Layer.NETWORK, List.of());
            assertEquals(ErrorCode.PARSE_ERROR, check.error().code());
            assertEquals(text.indexOf('?'), check.error().from());
        }
    }
}
