package io.weir.linux.nfqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FirewallRulesTest {
    private static final NfqueueSettings SETTINGS = new NfqueueSettings(22500, Path.of("/run/weir"));
    private static final String HEAD = """
        *mangle
        :WEIR-FIRST - [0:0]
        :WEIR-MARKED - [0:0]
        :WEIR-OUTPUT - [0:0]
        :WEIR-FLOW - [0:0]
        """;
    private static final String FIRST = """
        -I OUTPUT -j WEIR-FIRST
        -A WEIR-FIRST -m mark ! --mark 0x0/0x7000000 -g WEIR-MARKED
        -A WEIR-FIRST -p tcp --syn -m connmark ! --mark 0x0/0x6000000 -j CONNMARK --set-xmark 0x0/0x6000000
        -A WEIR-MARKED -m mark --mark 0x1000000/0x1000000 -j CONNMARK --set-xmark 0x2000000/0x6000000
        -A WEIR-MARKED -m mark --mark 0x1000000/0x1000000 -j RETURN
        -A WEIR-MARKED -m mark --mark 0x2000000/0x6000000 -j CONNMARK --set-xmark 0x2000000/0x6000000
        -A WEIR-MARKED -m mark --mark 0x4000000/0x6000000 -j CONNMARK --set-xmark 0x4000000/0x6000000
        -A WEIR-MARKED -j MARK --set-xmark 0x0/0x6000000
        -A WEIR-MARKED -j ACCEPT
        -A OUTPUT -j WEIR-OUTPUT
        -A WEIR-OUTPUT -m mark --mark 0x1000000/0x1000000 -j RETURN
        -A WEIR-OUTPUT -m connmark --mark 0x2000000/0x2000000 -j RETURN
        """;
    private static final String REDIRECTED = """
        -A WEIR-OUTPUT -m connmark --mark 0x4000000/0x4000000 -j NFQUEUE --queue-num 22500 --queue-bypass
        """;
    private static final String TAIL = """
        -A WEIR-FLOW -p tcp --syn -j NFQUEUE --queue-num 22500 --queue-bypass
        -A WEIR-FLOW ! -p tcp -m conntrack --ctstate NEW -j NFQUEUE --queue-num 22500 --queue-bypass
        -A WEIR-FLOW -j NFQUEUE --queue-num 22501 --queue-bypass
        COMMIT
        """;

    private static CaptureScope scope(List<CaptureClause> clauses, List<String> excluded, List<String> upstreams, String... relay) {
        return new CaptureScope(clauses, AddressSet.parse(excluded), upstreams.stream().map(Endpoint::parse).toList(),
            Stream.of(relay).map(Endpoint::parse).toList(), false);
    }

    private static CaptureClause clause(Protocol protocol, String ports, String... destinations) {
        return new CaptureClause(protocol, destinations.length == 0 ? null : AddressSet.parse(List.of(destinations)),
            ports == null ? null : PortSet.parse(ports));
    }

    @Test
    void shouldAskForFirstPacketsAndRepliesWhenShapeIsLoopback() {
        CaptureScope scope = scope(List.of(clause(Protocol.TCP, "80,443"), clause(Protocol.UDP, "443", "2001:db8::/32", "192.0.2.0/24")),
            List.of("10.0.0.0/8", "fc00::/7"), List.of("198.51.100.7:1080"), "127.0.0.1:4001", "127.0.0.1:4002", "[::1]:4003")
            .withExcludedLocalPorts(PortSet.parse("50000-50099"));
        assertEquals("""
            *raw
            :WEIR-OUTPUT - [0:0]
            -A OUTPUT -j WEIR-OUTPUT
            -A WEIR-OUTPUT -p tcp -s 127.0.0.1/32 -m multiport --sports 4001:4002 -j CT --notrack
            -A WEIR-OUTPUT -p tcp -d 127.0.0.1/32 -m multiport --dports 4001:4002 -m mark --mark 0x1000000/0x1000000 -j CT --notrack
            -A WEIR-OUTPUT -m mark --mark 0x1000000/0x1000000 -m addrtype ! --src-type LOCAL --dst-type LOCAL -j CT --notrack
            COMMIT
            """ + HEAD + FIRST + """
            -A WEIR-OUTPUT -p tcp -s 127.0.0.1/32 -m multiport --sports 4001:4002 -j NFQUEUE --queue-num 22500 --queue-bypass
            -A WEIR-OUTPUT -o lo -j RETURN
            -A WEIR-OUTPUT -p tcp -m multiport --sports 50000:50099 -j RETURN
            -A WEIR-OUTPUT -p tcp -d 198.51.100.7/32 --dport 1080 -j RETURN
            -A WEIR-OUTPUT -p udp -d 198.51.100.7/32 --dport 1080 -j RETURN
            -A WEIR-OUTPUT -d 10.0.0.0/8 -j RETURN
            """ + REDIRECTED + """
            -A WEIR-OUTPUT -p tcp -m multiport --dports 80,443 -g WEIR-FLOW
            -A WEIR-OUTPUT -p udp -d 192.0.2.0/24 -m multiport --dports 443 -g WEIR-FLOW
            """ + TAIL, FirewallRules.install(AddressFamily.IPV4, SETTINGS, scope));
        assertEquals("""
            *raw
            :WEIR-OUTPUT - [0:0]
            -A OUTPUT -j WEIR-OUTPUT
            -A WEIR-OUTPUT -p tcp -s ::1/128 -m multiport --sports 4003 -j CT --notrack
            -A WEIR-OUTPUT -p tcp -d ::1/128 -m multiport --dports 4003 -m mark --mark 0x1000000/0x1000000 -j CT --notrack
            -A WEIR-OUTPUT -m mark --mark 0x1000000/0x1000000 -m addrtype ! --src-type LOCAL --dst-type LOCAL -j CT --notrack
            COMMIT
            """ + HEAD + FIRST + """
            -A WEIR-OUTPUT -p tcp -s ::1/128 -m multiport --sports 4003 -j NFQUEUE --queue-num 22500 --queue-bypass
            -A WEIR-OUTPUT -o lo -j RETURN
            -A WEIR-OUTPUT -p tcp -m multiport --sports 50000:50099 -j RETURN
            -A WEIR-OUTPUT -d fc00::/7 -j RETURN
            """ + REDIRECTED + """
            -A WEIR-OUTPUT -p tcp -m multiport --dports 80,443 -g WEIR-FLOW
            -A WEIR-OUTPUT -p udp -d 2001:db8::/32 -m multiport --dports 443 -g WEIR-FLOW
            """ + TAIL, FirewallRules.install(AddressFamily.IPV6, SETTINGS, scope));
    }

    @Test
    void shouldMatchRelayByPortAloneWhenItListensOnEveryAddress() {
        CaptureScope scope = scope(List.of(clause(Protocol.ICMP, null), clause(Protocol.ICMPV6, null)), List.of(), List.of(), "0.0.0.0:4001");
        assertEquals("""
            *raw
            :WEIR-OUTPUT - [0:0]
            -A OUTPUT -j WEIR-OUTPUT
            -A WEIR-OUTPUT -p tcp -m multiport --sports 4001 -j CT --notrack
            -A WEIR-OUTPUT -p tcp -m multiport --dports 4001 -m mark --mark 0x1000000/0x1000000 -j CT --notrack
            -A WEIR-OUTPUT -m mark --mark 0x1000000/0x1000000 -m addrtype ! --src-type LOCAL --dst-type LOCAL -j CT --notrack
            COMMIT
            """ + HEAD + FIRST + """
            -A WEIR-OUTPUT -p tcp -m multiport --sports 4001 -j NFQUEUE --queue-num 22500 --queue-bypass
            -A WEIR-OUTPUT -o lo -j RETURN
            """ + REDIRECTED + """
            -A WEIR-OUTPUT -p icmp -g WEIR-FLOW
            """ + TAIL, FirewallRules.install(AddressFamily.IPV4, SETTINGS, scope));
    }

    @Test
    void shouldNotMultiplyRulesWhenClauseHasManyPortsAndAddresses() {
        String ports = "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31";
        CaptureScope scope = scope(List.of(clause(Protocol.UDP, "53"), clause(Protocol.TCP, ports, "192.0.2.1-192.0.2.2", "198.51.100.0/24")),
            List.of(), List.of());
        assertEquals("""
            *raw
            :WEIR-OUTPUT - [0:0]
            -A OUTPUT -j WEIR-OUTPUT
            -A WEIR-OUTPUT -m mark --mark 0x1000000/0x1000000 -m addrtype ! --src-type LOCAL --dst-type LOCAL -j CT --notrack
            COMMIT
            """ + HEAD + """
            :WEIR-CLAUSE-2 - [0:0]
            """ + FIRST + """
            -A WEIR-OUTPUT -o lo -j RETURN
            """ + REDIRECTED + """
            -A WEIR-OUTPUT -p udp -m multiport --dports 53 -g WEIR-FLOW
            -A WEIR-OUTPUT -p tcp -m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29 -j WEIR-CLAUSE-2
            -A WEIR-OUTPUT -p tcp -m multiport --dports 31 -j WEIR-CLAUSE-2
            -A WEIR-CLAUSE-2 -m iprange --dst-range 192.0.2.1-192.0.2.2 -g WEIR-FLOW
            -A WEIR-CLAUSE-2 -d 198.51.100.0/24 -g WEIR-FLOW
            """ + TAIL, FirewallRules.install(AddressFamily.IPV4, SETTINGS, scope));
    }
}
