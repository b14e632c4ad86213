package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.RandomRules;
import io.weir.rules.Uncaptured;
import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScopeFilterTest {
    private static final List<Endpoint> UPSTREAMS = List.of(Endpoint.parse("203.0.113.7:443"), Endpoint.parse("203.0.113.8:443"),
        Endpoint.parse("10.1.2.3:80"), Endpoint.parse("[2001:db8::1]:8080"), Endpoint.parse("127.0.0.1:80"));
    private static final int[] SOURCE_PORTS = {0, 1, 1024, 40_000, 49_152, 50_001, 60_000, 65_535};
    private static final List<Endpoint> RELAY = List.of(Endpoint.parse("127.0.0.1:50001"), Endpoint.parse("127.0.0.1:50002"),
        Endpoint.parse("[::1]:50001"));

    private static CaptureScope scope(AddressSet excluded, CaptureClause... clauses) {
        return new CaptureScope(List.of(clauses), excluded, List.of(), List.of(), false);
    }

    private static CaptureClause clause(Protocol protocol, String ports, String... destinations) {
        return new CaptureClause(protocol, destinations.length == 0 ? null : AddressSet.parse(List.of(destinations)),
            ports == null ? null : PortSet.parse(ports));
    }

    private static Endpoint source(Endpoint destination, int port) {
        return new Endpoint(IpAddress.parse(destination.address().isIpv4() ? "192.0.2.1" : "2001:db8:1::1"), port);
    }

    private static boolean shows(ScopeFilter filter, Protocol protocol, Endpoint destination) {
        return shows(filter, protocol, source(destination, 40_000), destination, true, false, false);
    }

    private static boolean shows(ScopeFilter filter, Protocol protocol, Endpoint source, Endpoint destination, boolean outbound,
                                 boolean loopback, boolean impostor) {
        PacketFixtures fixture = protocol == Protocol.TCP ? PacketFixtures.tcp(source, destination) : PacketFixtures.udp(source, destination);
        byte[] packet = fixture.bytes();
        AddressData address = new AddressData();
        address.outbound = outbound;
        address.loopback = loopback;
        address.impostor = impostor;
        address.ipv6 = !destination.address().isIpv4();
        Evaluator.Outcome outcome = new Evaluator(filter.filter()).evaluate(ByteBuffer.wrap(packet), 0, packet.length, address);
        assertTrue(outcome != Evaluator.Outcome.ERROR);
        return outcome == Evaluator.Outcome.MATCH;
    }

    @Test
    void shouldShowNothingWhenThereIsNothingToShow() {
        ScopeFilter filter = ScopeFilter.of(scope(null), false);
        assertEquals("false", filter.text());
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("8.8.8.8:443")));
    }

    @Test
    void shouldShowTheRepliesOfTheRelayAlone() {
        ScopeFilter filter = ScopeFilter.of(new CaptureScope(List.of(clause(Protocol.TCP, null)), Uncaptured.NEVER, UPSTREAMS, RELAY, false), false);
        assertTrue(shows(filter, Protocol.TCP, RELAY.get(0), Endpoint.parse("127.0.0.1:20000"), true, true, false));
        assertTrue(shows(filter, Protocol.TCP, RELAY.get(2), Endpoint.parse("[::1]:20000"), true, true, false));
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("127.0.0.1:50003"), Endpoint.parse("127.0.0.1:20000"), true, true, false));
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("[::1]:50002"), Endpoint.parse("[::1]:20000"), true, true, false));
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("192.0.2.1:1"), Endpoint.parse("8.8.8.8:443"), false, false, false), "inbound");
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("192.0.2.1:1"), Endpoint.parse("8.8.8.8:443"), true, false, true), "impostor");
        assertTrue(shows(filter, Protocol.TCP, Endpoint.parse("192.0.2.1:1"), Endpoint.parse("8.8.8.8:443"), true, false, false));
    }

    @Test
    void shouldShowImpostorsWhenTheyAreWanted() {
        ScopeFilter filter = ScopeFilter.of(scope(Uncaptured.NEVER, clause(Protocol.TCP, "443")), true);
        assertTrue(shows(filter, Protocol.TCP, Endpoint.parse("192.0.2.1:1"), Endpoint.parse("8.8.8.8:443"), true, false, true));
    }

    @Test
    void shouldShowAllARuleCanTouchAndNothingForbiddenWhenRulesAreRandom() {
        int shown = 0;
        int left = 0;
        int ours = 0;
        for (long seed = 1; seed <= 300; seed++) {
            RandomScene scene = new RandomScene(seed);
            PortSet own = ownPorts(scene.random);
            ScopeFilter filter = ScopeFilter.of(RuleLowering.scope(scene.rules, UPSTREAMS, RELAY, scene.settings).withExcludedLocalPorts(own), false);
            assertTrue(filter.filter().tests() <= ScopeFilter.MOST_TESTS && filter.costs().isEmpty(), filter.text());
            for (int i = 0; i < 30; i++) {
                Protocol protocol = scene.world.protocol();
                Endpoint destination = scene.world.destination();
                String message = "seed " + seed + ": " + protocol + " " + destination + " with " + scene.rules.rules() + " gives\n" + filter.commented();
                Endpoint source = source(destination, SOURCE_PORTS[scene.random.nextInt(SOURCE_PORTS.length)]);
                boolean shows = shows(filter, protocol, source, destination, true, false, false);
                if (protocol == Protocol.TCP && own.contains(source.port())) {
                    assertFalse(shows, "from port " + source.port() + ", " + message);
                    ours++;
                } else if (scene.neverCaptures(protocol, destination) || UPSTREAMS.contains(destination)) {
                    assertFalse(shows, message);
                } else if (RandomRules.touched(scene.rules, protocol, destination)) {
                    assertTrue(shows, message);
                    shown++;
                } else {
                    left += shows ? 0 : 1;
                }
            }
        }
        assertTrue(shown > 300 && left > 300 && ours > 300, shown + " shown, " + left + " left out, " + ours + " from our ports");
    }

    /** None, or a few blocks; now and then up to the first port or the last. */
    private static PortSet ownPorts(SplittableRandom random) {
        PortSet out = PortSet.NONE;
        for (int i = random.nextInt(4); i > 0; i--) {
            int first = SOURCE_PORTS[random.nextInt(SOURCE_PORTS.length)];
            out = out.union(PortSet.range(first, Math.min(0xffff, first + random.nextInt(3) * 1000)));
        }
        return out;
    }

    @Test
    void shouldLeaveOutEachConnectionFromTheExcludedLocalPortsAndNoOther() {
        CaptureScope scope = new CaptureScope(List.of(clause(Protocol.TCP, null), clause(Protocol.UDP, null)), Uncaptured.NEVER, List.of(), RELAY,
            PortSet.parse("50000-50099"), false);
        ScopeFilter filter = ScopeFilter.of(scope, false);
        assertTrue(filter.text().contains("and (tcp? (tcp.SrcPort <= 49999 or tcp.SrcPort >= 50100): true)"), filter.text());
        Endpoint web = Endpoint.parse("8.8.8.8:443");
        for (int port : new int[] {49_999, 50_000, 50_099, 50_100}) {
            boolean ours = port == 50_000 || port == 50_099;
            assertEquals(!ours, shows(filter, Protocol.TCP, source(web, port), web, true, false, false), "tcp from " + port);
            assertTrue(shows(filter, Protocol.UDP, source(web, port), web, true, false, false), "udp from " + port);
        }
        assertFalse(ScopeFilter.of(scope.withExcludedLocalPorts(PortSet.NONE), false).text().contains("(tcp? "), "no test for nothing");
    }

    @Test
    void shouldFitAndSaySoWhenExcludedLocalPortsAreScattered() {
        PortSet scattered = PortSet.NONE;
        for (int port = 40_000; port < 50_000; port += 10) {
            scattered = scattered.union(PortSet.range(port, port));
        }
        CaptureScope scope = new CaptureScope(List.of(clause(Protocol.TCP, null)), Uncaptured.NEVER, List.of(), RELAY, scattered, false);
        ScopeFilter filter = ScopeFilter.of(scope, false);
        assertTrue(filter.filter().tests() <= ScopeFilter.MOST_TESTS);
        assertEquals(List.of("992 local ports have no room in the filter: Weir's own connections from them are captured too."), filter.costs());
        ScopeFilter nothing = ScopeFilter.of(scope.withExcludedLocalPorts(PortSet.range(0, 0xffff)), false);
        assertFalse(shows(nothing, Protocol.TCP, Endpoint.parse("8.8.8.8:443")));
    }

    @Test
    void shouldFitAndStillShowEverythingWhenClausesAreManyAndScattered() {
        for (long seed = 1; seed <= 3; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<CaptureClause> clauses = new ArrayList<>();
            List<Endpoint> wanted = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                List<String> items = new ArrayList<>();
                for (int j = random.nextInt(1, 30); j > 0; j--) {
                    int bits = random.nextInt(1, 223) << 24 | random.nextInt(1 << 24) & 0xffffff00;
                    items.add(IpAddress.ofIpv4(bits) + "/24");
                }
                int port = random.nextInt(1024, 65_536);
                IpAddress first = AddressSet.parse(items).ranges().get(0).first();
                clauses.add(new CaptureClause(Protocol.TCP, AddressSet.parse(items).minus(Uncaptured.NEVER), PortSet.parse("" + port)));
                wanted.add(new Endpoint(first, port));
            }
            ScopeFilter filter = ScopeFilter.of(new CaptureScope(clauses, Uncaptured.NEVER, UPSTREAMS, RELAY, false), false);
            assertTrue(filter.filter().tests() <= ScopeFilter.MOST_TESTS);
            assertTrue(filter.costs().toString().contains("more than 255 tests"), filter.costs().toString());
            for (Endpoint endpoint : wanted) {
                assertEquals(!Uncaptured.NEVER.contains(endpoint.address()), shows(filter, Protocol.TCP, endpoint), "seed " + seed + " " + endpoint);
            }
            assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("127.0.0.1:80")));
            assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("224.0.0.1:80")));
        }
    }

    @Test
    void shouldFitWhenExclusionsAreManyAndScattered() {
        List<String> excluded = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            excluded.add("11.0." + i + ".0/25");
        }
        AddressSet all = AddressSet.parse(excluded).union(Uncaptured.NEVER).union(Uncaptured.PRIVATE);
        ScopeFilter filter = ScopeFilter.of(scope(all, clause(Protocol.TCP, null)), false);
        assertTrue(filter.filter().tests() <= ScopeFilter.MOST_TESTS);
        assertTrue(filter.costs().get(0).startsWith("175 excluded ranges (2.24e+04 addresses)"), filter.costs().toString());
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("192.168.1.1:80")), "the largest stay");
    }

    @Test
    void shouldAskOfEveryPacketOnlyWhatIsTheSameForTheWholeFlow() throws FilterException {
        CaptureScope scope = new CaptureScope(List.of(clause(Protocol.TCP, null)), Uncaptured.NEVER, List.of(), RELAY, false);
        ScopeFilter filter = ScopeFilter.of(scope, false, Filter.compile("tcp.DstPort == 443 and tcp.PayloadLength > 0", Layer.NETWORK));
        assertTrue(filter.text().contains("and (tcp.DstPort = 443)"), filter.text());
        assertTrue(shows(filter, Protocol.TCP, Endpoint.parse("8.8.8.8:443")));
        assertFalse(shows(filter, Protocol.TCP, Endpoint.parse("8.8.8.8:80")));
        assertTrue(shows(filter, Protocol.TCP, RELAY.get(0), Endpoint.parse("127.0.0.1:20000"), true, true, false), "the relay's replies");
        for (String all : List.of("tcp.Syn", "tcp.PayloadLength > 0", "tcp.Syn or tcp.DstPort == 443", "(tcp.Syn? false: tcp.Ack)")) {
            ScopeFilter whole = ScopeFilter.of(scope, false, Filter.compile(all, Layer.NETWORK));
            assertFalse(whole.text().contains("Syn"), whole.text());
            assertTrue(shows(whole, Protocol.TCP, Endpoint.parse("8.8.8.8:80")), all);
        }
    }

    @Test
    void shouldShowEveryPacketOfAFlowThatTheFilterChoosesWhenFiltersAreRandom() throws FilterException {
        String[] tests = {"tcp", "udp", "outbound", "tcp.Syn", "tcp.Ack", "not tcp.Syn", "tcp.PayloadLength > 5", "tcp.DstPort == 80", "ip",
            "remoteAddr < 100.0.0.0", "remotePort != 443", "udp.PayloadLength < 9", "inbound", "length > 60", "ip.TTL == 64"};
        CaptureScope scope = scope(Uncaptured.NEVER, clause(Protocol.TCP, null), clause(Protocol.UDP, null));
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String text = expression(random, tests, 3);
            Filter user = Filter.compile(text, Layer.NETWORK);
            ScopeFilter kernel = ScopeFilter.of(scope, false, user);
            for (String end : List.of("8.8.8.8:80", "203.0.113.1:443", "[2001:db8::1]:80")) {
                String here = end.startsWith("[") ? "[2001:db8:1::1]:40000" : "192.0.2.1:40000";
                byte[] syn = PacketFixtures.tcp(here, end).flags(PacketFixtures.SYN).bytes();
                AddressData address = new AddressData();
                address.outbound = true;
                address.ipv6 = end.startsWith("[");
                if (new FirstPacket(user).selects(ByteBuffer.wrap(syn), 0, syn.length, address)) {
                    for (int flags : new int[] {PacketFixtures.SYN, PacketFixtures.ACK, PacketFixtures.FIN | PacketFixtures.ACK}) {
                        byte[] packet = PacketFixtures.tcp(here, end).flags(flags).payloadLength(random.nextInt(40)).bytes();
                        Evaluator.Outcome outcome = new Evaluator(kernel.filter()).evaluate(ByteBuffer.wrap(packet), 0, packet.length, address);
                        assertEquals(Evaluator.Outcome.MATCH, outcome,
                            "seed " + seed + ": " + text + " with flags " + flags + " to " + end + "\n" + kernel.text());
                    }
                }
            }
        }
    }

    private static String expression(SplittableRandom random, String[] tests, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return tests[random.nextInt(tests.length)];
        }
        String one = expression(random, tests, depth - 1);
        String two = expression(random, tests, depth - 1);
        return switch (random.nextInt(3)) {
            case 0 -> "(" + one + " and " + two + ")";
            case 1 -> "(" + one + " or " + two + ")";
            default -> "(" + one + " ? " + two + " : " + expression(random, tests, depth - 1) + ")";
        };
    }
}
