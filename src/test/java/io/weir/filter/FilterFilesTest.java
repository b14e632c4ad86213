package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of the folder {@code filters}, over packets that must and must not match; other files than these are an error. */
class FilterFilesTest {
    private static final Path FOLDER = Path.of("filters");
    private static final String HERE = "192.0.2.1:40000";
    private static final String HERE6 = "[2001:db8:1::1]:40000";

    /** One file: the packets it matches, those it does not. */
    private record Case(String name, List<Sent> matching, List<Sent> other) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A packet and how it was seen. */
    private record Sent(String what, PacketFixtures packet, boolean outbound, boolean loopback) {
    }

    private static Sent tcp(String destination) {
        return sent("TCP " + destination, PacketFixtures.tcp(here(destination), destination).flags(PacketFixtures.SYN));
    }

    private static Sent data(String destination, int bytes) {
        return sent(bytes + " bytes of TCP to " + destination, PacketFixtures.tcp(here(destination), destination).payloadLength(bytes));
    }

    private static Sent udp(String destination) {
        return udp(destination, 100, 0);
    }

    private static Sent udp(String destination, int bytes, int firstByte) {
        byte[] payload = new byte[bytes];
        payload[0] = (byte) firstByte;
        return sent("UDP " + destination + " " + firstByte, PacketFixtures.udp(here(destination), destination).payload(payload));
    }

    private static Sent sent(String what, PacketFixtures packet) {
        return new Sent(what, packet, true, false);
    }

    private static String here(String destination) {
        return destination.startsWith("[") ? HERE6 : HERE;
    }

    private static Sent arriving(String source) {
        return new Sent("from " + source, PacketFixtures.tcp(source, here(source)).flags(PacketFixtures.SYN), false, false);
    }

    private static Sent looped(Sent sent) {
        return new Sent(sent.what + " looped", sent.packet, true, true);
    }

    private static Case of(String name, List<Sent> matching, Sent... other) {
        return new Case(name, matching, List.of(other));
    }

    static Stream<Case> cases() {
        Sent synAck = sent("SYN and ACK", PacketFixtures.tcp(HERE, "203.0.113.5:80").flags(PacketFixtures.SYN | PacketFixtures.ACK));
        Sent ping = sent("ping", PacketFixtures.icmp("192.0.2.1", "203.0.113.5", 8, 0));
        Sent esp = sent("ESP", PacketFixtures.other("192.0.2.1", "203.0.113.5", 50));
        return Stream.of(
            of("everything-outbound", List.of(tcp("8.8.8.8:25"), udp("8.8.8.8:53"), tcp("10.1.2.3:80"), tcp("[2001:db8::1]:443"), udp("[fd00::1]:9")),
                arriving("8.8.8.8:25"), looped(tcp("127.0.0.1:80")), udp("192.168.1.1:67"), udp("[2001:db8::1]:547"), udp("224.0.0.251:5353"),
                udp("255.255.255.255:9"), tcp("169.254.1.1:80"), tcp("[fe80::1]:80"), udp("[ff02::fb]:5353"), ping),
            of("web", List.of(tcp("203.0.113.5:80"), tcp("203.0.113.5:443"), udp("203.0.113.5:443"), tcp("[2001:db8::1]:443")),
                tcp("203.0.113.5:8080"), udp("203.0.113.5:80"), arriving("203.0.113.5:443"), looped(tcp("127.0.0.1:80")), ping),
            of("dns", List.of(udp("203.0.113.5:53"), tcp("203.0.113.5:53"), tcp("[2001:db8::1]:853")),
                udp("203.0.113.5:5353"), tcp("203.0.113.5:443"), looped(udp("127.0.0.1:53")), arriving("203.0.113.5:53")),
            of("quic", List.of(udp("203.0.113.5:443", 1200, 0xc3), udp("[2001:db8::1]:443", 50, 0x4a)),
                udp("203.0.113.5:443", 50, 0x16), udp("203.0.113.5:443", 50, 0x80), tcp("203.0.113.5:443"), udp("203.0.113.5:444", 50, 0xc3)),
            of("mail", List.of(tcp("203.0.113.5:25"), tcp("203.0.113.5:465"), tcp("203.0.113.5:587"), tcp("203.0.113.5:110"), tcp("203.0.113.5:995"),
                tcp("203.0.113.5:143"), tcp("[2001:db8::1]:993")), tcp("203.0.113.5:443"), udp("203.0.113.5:25"), arriving("203.0.113.5:25")),
            of("remote-desktop", List.of(tcp("203.0.113.5:3389"), udp("203.0.113.5:3389"), tcp("203.0.113.5:5900"), tcp("203.0.113.5:5909"),
                tcp("[2001:db8::1]:22")), tcp("203.0.113.5:5910"), tcp("203.0.113.5:5899"), udp("203.0.113.5:22"), arriving("203.0.113.5:3389")),
            of("one-host", List.of(tcp("203.0.113.5:1"), udp("203.0.113.5:2"), ping), tcp("203.0.113.6:1"), arriving("203.0.113.5:1"),
                tcp("[2001:db8::1]:1")),
            of("one-subnet", List.of(tcp("203.0.113.0:1"), udp("203.0.113.255:2"), ping), tcp("203.0.112.255:1"), tcp("203.0.114.0:1"),
                arriving("203.0.113.5:1"), tcp("[2001:db8::1]:1")),
            of("big-uploads", List.of(data("203.0.113.5:443", 1000), data("[2001:db8::1]:443", 1400)), data("203.0.113.5:443", 999),
                tcp("203.0.113.5:443"), udp("203.0.113.5:443", 1400, 0), looped(data("127.0.0.1:1", 1400))),
            of("syn-only", List.of(tcp("203.0.113.5:80"), tcp("[2001:db8::1]:443")), synAck, data("203.0.113.5:80", 10), udp("203.0.113.5:80"),
                arriving("203.0.113.5:80"), looped(tcp("127.0.0.1:80"))),
            of("new-ipv6", List.of(tcp("[2001:db8::1]:443"), udp("[3fff::1]:53")), tcp("203.0.113.5:443"), data("[2001:db8::1]:443", 10),
                tcp("[fd00::1]:443"), udp("[ff02::fb]:5353"), arriving("[2001:db8::1]:443")),
            of("exclude-lan", List.of(tcp("203.0.113.5:443"), udp("[2001:db8::1]:53"), tcp("11.0.0.0:1"), tcp("172.32.0.0:1"), tcp("100.128.0.0:1"),
                tcp("223.255.255.255:1")), tcp("10.1.2.3:443"), tcp("172.16.0.1:1"), tcp("172.31.255.255:1"), udp("192.168.1.1:53"),
                tcp("100.64.0.1:1"), tcp("169.254.1.1:1"), udp("224.0.0.251:5353"), tcp("[fd00::1]:443"), tcp("[fe80::1]:443"), udp("[ff02::1]:1"),
                looped(tcp("203.0.113.5:443")), ping),
            of("no-vpn-carriers", List.of(tcp("203.0.113.5:443"), udp("203.0.113.5:443"), udp("[2001:db8::1]:53")), udp("203.0.113.5:51820"),
                udp("203.0.113.5:1194"), tcp("203.0.113.5:1194"), udp("203.0.113.5:500"), udp("203.0.113.5:4500"), udp("203.0.113.5:1701"),
                tcp("203.0.113.5:1723"), esp, arriving("203.0.113.5:443")),
            of("no-games", List.of(tcp("203.0.113.5:27015"), udp("203.0.113.5:53"), udp("203.0.113.5:443", 1200, 0xc3),
                udp("203.0.113.5:27015", 1201, 1)), udp("203.0.113.5:27015"), udp("[2001:db8::1]:3478", 200, 0), arriving("203.0.113.5:443"), ping));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldMatchWhatItSaysAndNothingElse(Case one) throws IOException, FilterException {
        Path file = FOLDER.resolve(one.name + ".filter");
        Filter filter = Filter.compile(FilterFile.read(file), FilterFile.layer(file));
        assertEquals(Layer.NETWORK, filter.layer());
        assertTrue(filter.tests() <= ScopeFilter.MOST_TESTS);
        Evaluator evaluator = new Evaluator(filter);
        TreeMap<String, Evaluator.Outcome> expected = new TreeMap<>();
        TreeMap<String, Evaluator.Outcome> actual = new TreeMap<>();
        for (Sent sent : one.matching) {
            expected.put(sent.what, Evaluator.Outcome.MATCH);
            actual.put(sent.what, outcome(evaluator, sent));
        }
        for (Sent sent : one.other) {
            expected.put(sent.what, Evaluator.Outcome.NO_MATCH);
            actual.put(sent.what, outcome(evaluator, sent));
        }
        assertEquals(one.matching.size() + one.other.size(), expected.size(), "two packets have the same name");
        assertEquals(expected, actual);
    }

    private static Evaluator.Outcome outcome(Evaluator evaluator, Sent sent) {
        byte[] bytes = sent.packet.bytes();
        AddressData address = new AddressData();
        address.outbound = sent.outbound;
        address.loopback = sent.loopback;
        address.ipv6 = bytes[0] >>> 4 == 6;
        return evaluator.evaluate(ByteBuffer.wrap(bytes), 0, bytes.length, address);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void shouldSayWhatItIsForAndGiveAnExample(Case one) throws IOException {
        String text = Files.readString(FOLDER.resolve(one.name + ".filter"));
        assertTrue(text.startsWith("# ") && !text.startsWith("# layer"), "the first line says what it is for");
        assertTrue(text.contains("\n# layer: NETWORK\n") && text.contains("\n# Example: "), text);
        assertTrue(text.contains("filters/" + one.name + ".filter"), "the example uses this file");
        assertTrue(Files.readString(FOLDER.resolve("README.md")).contains("| [" + one.name + "](" + one.name + ".filter) |"), "listed in README.md");
    }

    @Test
    void shouldKnowEveryFileOfTheFolder() throws IOException {
        TreeSet<String> known = new TreeSet<>(List.of("README.md"));
        cases().forEach(one -> known.add(one.name + ".filter"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertEquals(known.toString(), new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()).toString());
        }
    }
}
