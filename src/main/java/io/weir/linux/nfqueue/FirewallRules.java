package io.weir.linux.nfqueue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a scope means to the kernel: the text iptables-restore gets, for one family. raw {@code WEIR-OUTPUT} takes away from conntrack what it
 * must not judge: the relay's replies, and injected packets that only cross this machine. In mangle, the user's rules stand between two of ours:
 * <pre>
 *   WEIR-FIRST    our own packets                  their connection is marked released
 *                 a verdict's bits on the packet   saved to the connection, taken off, done       (the second round, after NF_REPEAT)
 *                 a SYN on an old flow's tuple     does not inherit what was decided for that one
 *   (the user's)  marks for policy routing, once a packet
 *   WEIR-OUTPUT   own and released flows           done
 *                 the relay's replies              guarded queue
 *                 loopback, exclusions             done
 *                 redirected flows                 guarded queue
 *                 flows a clause names             first packets to the guarded queue, the rest to the open one
 * </pre>
 * First and last, because a rule of the user's may set a packet's whole mark: behind it our bits are gone, before it the user's is not there yet.
 *
 * <p>Every queue rule carries --queue-bypass: it acts only when nobody listens, that is when Weir is dead, and then the machine must be as if
 * Weir were absent. A full queue is another matter; the engine tells the kernel which queue fails open.
 */
final class FirewallRules {
    static final String CHAIN_PREFIX = "WEIR-";
    static final String OUTPUT = CHAIN_PREFIX + "OUTPUT";
    private static final String FIRST = CHAIN_PREFIX + "FIRST";
    private static final String MARKED = CHAIN_PREFIX + "MARKED";
    private static final String FLOW = CHAIN_PREFIX + "FLOW";
    private static final String CLAUSE = CHAIN_PREFIX + "CLAUSE-";

    private final AddressFamily family;
    private final NfqueueSettings settings;
    private final CaptureScope scope;
    private final List<String> chains = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();

    private FirewallRules(AddressFamily family, NfqueueSettings settings, CaptureScope scope) {
        this.family = family;
        this.settings = settings;
        this.scope = scope;
    }

    /** Input of {@code iptables-restore --noflush}: chains of ours, hooked in; nothing else is touched. */
    static String install(AddressFamily family, NfqueueSettings settings, CaptureScope scope) {
        return new FirewallRules(family, settings, scope).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        rawRules();
        table(text, "raw");
        mangleRules();
        table(text, "mangle");
        return text.toString();
    }

    private void table(StringBuilder text, String name) {
        text.append('*').append(name).append('\n');
        chains.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        rules.forEach(rule -> text.append(rule).append('\n'));
        text.append("COMMIT\n");
        chains.clear();
        rules.clear();
    }

    private void rawRules() {
        chain(OUTPUT);
        rule("OUTPUT", "-j " + OUTPUT);
        for (String relay : relayMatches("-s", "sports")) {
            rule(OUTPUT, relay, "-j CT --notrack");
        }
        for (String relay : relayMatches("-d", "dports")) {
            rule(OUTPUT, relay, "-m mark --mark " + only(Marks.OWN), "-j CT --notrack");
        }
        // injected towards the application in the name of its peer: conntrack has not seen the other half and would call it INVALID
        rule(OUTPUT, "-m mark --mark " + only(Marks.OWN), "-m addrtype ! --src-type LOCAL --dst-type LOCAL", "-j CT --notrack");
    }

    private void mangleRules() {
        chain(FIRST);
        chain(MARKED);
        chain(OUTPUT);
        chain(FLOW);
        first();
        rule("OUTPUT", "-j " + OUTPUT);
        rule(OUTPUT, "-m mark --mark " + only(Marks.OWN), "-j RETURN");
        rule(OUTPUT, "-m connmark --mark " + only(Marks.RELEASED), "-j RETURN");
        for (String relay : relayMatches("-s", "sports")) {
            rule(OUTPUT, relay, queue(settings.guardedQueue()));
        }
        rule(OUTPUT, "-o lo", "-j RETURN");
        exclusions();
        rule(OUTPUT, "-m connmark --mark " + only(Marks.REDIRECTED), queue(settings.guardedQueue()));
        for (int i = 0; i < scope.clauses().size(); i++) {
            clause(scope.clauses().get(i), CLAUSE + (i + 1));
        }
        rule(FLOW, "-p tcp --syn", queue(settings.guardedQueue()));
        rule(FLOW, "! -p tcp", "-m conntrack --ctstate NEW", queue(settings.guardedQueue()));
        rule(FLOW, queue(settings.openQueue()));
    }

    private void first() {
        insert("OUTPUT", "-j " + FIRST);
        rule(FIRST, "-m mark ! --mark 0x0/" + hex(Marks.OWN | Marks.PASSED), "-g " + MARKED);
        rule(FIRST, "-p tcp --syn", "-m connmark ! --mark 0x0/" + hex(Marks.PASSED), "-j CONNMARK --set-xmark 0x0/" + hex(Marks.PASSED));
        rule(MARKED, "-m mark --mark " + only(Marks.OWN), save(Marks.RELEASED));
        rule(MARKED, "-m mark --mark " + only(Marks.OWN), "-j RETURN");
        rule(MARKED, "-m mark --mark " + hex(Marks.RELEASED) + "/" + hex(Marks.PASSED), save(Marks.RELEASED));
        rule(MARKED, "-m mark --mark " + hex(Marks.REDIRECTED) + "/" + hex(Marks.PASSED), save(Marks.REDIRECTED));
        rule(MARKED, "-j MARK --set-xmark 0x0/" + hex(Marks.PASSED));
        rule(MARKED, "-j ACCEPT"); // the user's rules have had their say in the first round
    }

    private static String save(int bit) {
        return "-j CONNMARK --set-xmark " + hex(bit) + "/" + hex(Marks.PASSED);
    }

    private void exclusions() {
        if (!scope.excludedLocalPorts().isEmpty()) {
            Matches.ports(scope.excludedLocalPorts(), "sports").forEach(ports -> rule(OUTPUT, "-p tcp", ports, "-j RETURN"));
        }
        for (Endpoint endpoint : scope.excludedEndpoints()) {
            if (family.has(endpoint.address())) {
                String address = "-d " + endpoint.address() + "/" + family.bits();
                rule(OUTPUT, "-p tcp", address, "--dport " + endpoint.port(), "-j RETURN");
                rule(OUTPUT, "-p udp", address, "--dport " + endpoint.port(), "-j RETURN");
            }
        }
        for (String destination : Matches.destinations(scope.excludedDestinations(), family)) {
            rule(OUTPUT, destination, "-j RETURN");
        }
    }

    /** Addresses × ports would be many rules: with several of both, the ports lead to a chain of the addresses. */
    private void clause(CaptureClause clause, String name) {
        String protocol = protocol(clause.protocol());
        List<String> destinations = protocol == null ? List.of() : Matches.destinations(clause.destinations(), family);
        List<String> ports = Matches.ports(clause.ports(), "dports");
        if (destinations.size() > 1 && ports.size() > 1) {
            chain(name);
            ports.forEach(port -> rule(OUTPUT, protocol, port, "-j " + name));
            destinations.forEach(destination -> rule(name, destination, "-g " + FLOW));
            return;
        }
        for (String destination : destinations) {
            ports.forEach(port -> rule(OUTPUT, protocol, destination, port, "-g " + FLOW));
        }
    }

    /** Null: a protocol the family has not. */
    private String protocol(Protocol protocol) {
        return switch (protocol) {
            case TCP -> "-p tcp";
            case UDP -> "-p udp";
            case ICMP -> family == AddressFamily.IPV4 ? "-p icmp" : null;
            case ICMPV6 -> family == AddressFamily.IPV6 ? "-p ipv6-icmp" : null;
        };
    }

    /** The relay's listeners of this family, those of one address together. */
    private List<String> relayMatches(String addressOption, String portOption) {
        Map<IpAddress, PortSet> portsByAddress = new TreeMap<>();
        for (Endpoint endpoint : scope.relayEndpoints()) {
            if (family.has(endpoint.address())) {
                portsByAddress.merge(endpoint.address(), PortSet.parse(Integer.toString(endpoint.port())), PortSet::union);
            }
        }
        List<String> texts = new ArrayList<>();
        portsByAddress.forEach((address, ports) -> {
            String host = address.isUnspecified() ? "" : " " + addressOption + " " + address + "/" + family.bits();
            Matches.ports(ports, portOption).forEach(port -> texts.add("-p tcp" + host + " " + port));
        });
        return texts;
    }

    private static String queue(int number) {
        return "-j NFQUEUE --queue-num " + number + " --queue-bypass";
    }

    private static String only(int bit) {
        return hex(bit) + "/" + hex(bit);
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }

    private void chain(String name) {
        chains.add(name);
    }

    private void rule(String chain, String... parts) {
        add("-A ", chain, parts);
    }

    private void insert(String chain, String... parts) {
        add("-I ", chain, parts);
    }

    private void add(String command, String chain, String... parts) {
        StringBuilder rule = new StringBuilder(command).append(chain);
        for (String part : parts) {
            rule.append(part.isEmpty() ? "" : " ").append(part);
        }
        rules.add(rule.toString());
    }
}
