package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Any text and any packet: an answer, never another exception than FilterException, soon. {@code -Dweir.fuzz.seconds=600} makes it go on longer,
 * {@code -Dweir.fuzz.seed=N} begins elsewhere.
 */
@Tag("fuzz")
class FilterFuzzTest {
    private static final long NANOSECONDS = (long) (Double.parseDouble(System.getProperty("weir.fuzz.seconds", "4")) * 1e9);
    private static final long FIRST_SEED = Long.getLong("weir.fuzz.seed", 1);
    private static final Layer[] LAYERS = Layer.values();
    private static final int MOST_ROUNDS = 4;
    private static final String[] SCRAPS = {"(", ")", "?", ":", " ", "not ", "! ", " and ", " or ", "&&", "||", "&", "|", "=", "!=", "<=", "-", "[", "]",
        "b]", "[-1]", "[65535b]", "0x", "0", "1", "-1", "4294967295", "4294967296", "340282366920938463463374607431768211456", "::", "::1", "1.2.3.4",
        "1.2.3", "true", "false", "TRUE", "PACKET", "CLOSE", "\n", "#", "@", "@WinDiv_", "é", "\0", "(tcp? udp: icmp)"};

    @Test
    void shouldAnswerWhateverTheTextAndThePacketAre() throws IOException {
        List<String> good = goodFilters();
        long endNs = System.nanoTime() + NANOSECONDS;
        long seed = FIRST_SEED;
        int compiled = 0;
        for (; System.nanoTime() - endNs < 0; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Layer layer = random.nextInt(3) > 0 ? Layer.NETWORK : LAYERS[random.nextInt(LAYERS.length)];
            String text = text(random, good, layer);
            String shown = "seed " + seed + " at " + layer + ": " + (text.length() > 2000 ? text.substring(0, 2000) : text);
            long startNs = System.nanoTime();
            try {
                FilterCheck check = FilterCheck.of(text, layer, List.of());
                if (check.ok()) {
                    compiled++;
                    examine(check.filter(), random, shown);
                } else {
                    check.pointAt(check.error().from(), check.error().to());
                }
            } catch (RuntimeException | StackOverflowError broken) {
                throw new AssertionError(shown, broken);
            }
            assertTrue(System.nanoTime() - startNs < 60_000_000_000L, () -> "more than 60 s: " + shown);
        }
        assertTrue(compiled > (seed - FIRST_SEED) / 20, compiled + " of " + (seed - FIRST_SEED) + " texts compiled");
    }

    /** What is written in normal form is its own normal form, compiles to the same answers, and so does the compiled object. */
    private static void examine(Filter filter, SplittableRandom random, String shown) {
        if (random.nextInt(4) == 0) {
            new Explanation(filter).table();
        }
        List<Filter> same = new ArrayList<>(List.of(filter));
        if (filter.tests() < Compiler.MAX_TESTS) { // WinDivert counts the tests of an object in eight bits: 256 of them are none
            same.add(recompiled(filter.object(), filter.layer(), shown));
        }
        String formatted = filter.formatted();
        if (keepsValues(filter)) {
            normalForms(formatted, filter.layer(), shown, same);
        }
        AddressData address = address(random, filter.layer());
        byte[] packet = packet(random, address);
        Evaluator.Outcome first = null;
        for (Filter one : same) {
            Evaluator evaluator = new Evaluator(one);
            Evaluator.Outcome outcome = filter.layer().carriesPackets() || filter.layer() == Layer.REFLECT
                ? evaluator.evaluate(ByteBuffer.wrap(packet), 0, packet.length, address) : evaluator.evaluate(address);
            assertEquals(first == null ? outcome : first, outcome, shown + "\nand " + formatted);
            first = outcome;
        }
    }

    /**
     * WinDivert writes {@code ::} straight before a ternary's colon, and then cannot read it; we do as it does. The first normal form may still have a shorter one, as WinDivert's own has;
     * that is the end of it.
     */
    private static void normalForms(String first, Layer layer, String shown, List<Filter> same) {
        String form = first;
        for (int round = 0; form != null && form.length() < 100_000 && !form.contains(":::"); round++) {
            assertTrue(round < MOST_ROUNDS, shown + "\nstill changes: " + form);
            try {
                Filter again = Filter.compile(form, layer);
                same.add(again);
                if (form.equals(again.formatted())) {
                    return;
                }
                form = again.formatted();
            } catch (FilterException e) {
                assertEquals(ErrorCode.TOO_LONG, e.code(), shown + "\ngives " + form); // sharing is written out twice
                return;
            }
        }
    }

    /** WinDivert's formatter drops signs, and all but 32 bits, of values that array elements are compared with. */
    private static boolean keepsValues(Filter filter) {
        return filter.program().stream().allMatch(test -> test.field().elementBytes() == 0 || !test.negative() && test.value().fits32());
    }

    private static Filter recompiled(String object, Layer layer, String shown) {
        try {
            return Filter.compile(object, layer);
        } catch (FilterException e) {
            throw new AssertionError(shown + "\nhas the object " + object, e);
        }
    }

    private static List<String> goodFilters() throws IOException {
        List<String> out = new ArrayList<>();
        for (String line : CompileConformanceTest.lines("filter-cases.tsv")) {
            if (!line.startsWith("#")) {
                out.add(line.split("\t")[0]);
            }
        }
        return out;
    }

    private static String text(SplittableRandom random, List<String> good, Layer layer) {
        return switch (random.nextInt(8)) {
            case 0 -> bytes(random, random.nextInt(200));
            case 1 -> scraps(random);
            case 2 -> nested(random);
            case 3, 4 -> mutated(random, good.get(random.nextInt(good.size())));
            default -> expression(random, layer, random.nextInt(5));
        };
    }

    private static String bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, random.nextBoolean() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static String scraps(SplittableRandom random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            out.append(random.nextInt(3) == 0 ? field(random) : SCRAPS[random.nextInt(SCRAPS.length)]).append(random.nextBoolean() ? " " : "");
        }
        return out.toString();
    }

    private static String nested(SplittableRandom random) {
        int depth = random.nextInt(1, random.nextInt(10) == 0 ? 100_000 : 700);
        String[] opening = {"(", "(tcp? ", "(tcp and ", "not ", "(tcp? udp: "};
        String open = opening[random.nextInt(opening.length)];
        String close = open.startsWith("(tcp? ") && !open.endsWith(": ") ? ": udp)" : open.startsWith("(") ? ")" : "";
        return open.repeat(depth) + "tcp" + close.repeat(random.nextInt(8) == 0 ? depth / 2 : depth);
    }

    private static String mutated(SplittableRandom random, String filter) {
        StringBuilder out = new StringBuilder(filter);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(out.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> out.insert(at, SCRAPS[random.nextInt(SCRAPS.length)]);
                case 1 -> out.delete(at, Math.min(out.length(), at + random.nextInt(1, 5)));
                default -> out.insert(at, (char) random.nextInt(32, 127));
            }
        }
        return out.toString();
    }

    private static String expression(SplittableRandom random, Layer layer, int depth) {
        if (depth == 0) {
            return test(random, layer);
        }
        String left = expression(random, layer, random.nextInt(depth));
        String right = expression(random, layer, depth - 1);
        return switch (random.nextInt(3)) {
            case 0 -> "(" + left + " and " + right + ")";
            case 1 -> "(" + left + " or " + right + ")";
            default -> "(" + left + " ? " + right + " : " + expression(random, layer, random.nextInt(depth)) + ")";
        };
    }

    private static String test(SplittableRandom random, Layer layer) {
        Field field;
        do {
            field = Field.values()[random.nextInt(Field.values().length)];
        } while (!field.existsAt(layer));
        String subject = field.text() + (field.elementBytes() > 0 ? "[" + (random.nextInt(40) - 20) / 2 * 2 / 2 + "]" : "");
        String value = switch (random.nextInt(5)) {
            case 0 -> "" + random.nextInt(3);
            case 1 -> "" + random.nextInt(70_000);
            case 2 -> "" + random.nextLong(0, Long.MAX_VALUE);
            case 3 -> "10.1.2." + random.nextInt(4);
            default -> "2001:db8::" + random.nextInt(4);
        };
        return (random.nextInt(4) == 0 ? "not " : "") + subject + (random.nextInt(3) == 0 ? ""
            : " " + Comparison.values()[random.nextInt(6)].text() + " " + value);
    }

    private static String field(SplittableRandom random) {
        return Field.values()[random.nextInt(Field.values().length)].text();
    }

    private static AddressData address(SplittableRandom random, Layer layer) {
        AddressData out = new AddressData();
        out.layer = layer;
        out.event = layer.carriesPackets() ? 0 : random.nextInt(10);
        out.timestamp = random.nextLong();
        out.outbound = random.nextBoolean();
        out.loopback = random.nextBoolean();
        out.impostor = random.nextBoolean();
        out.ipv6 = random.nextBoolean();
        out.processId = random.nextInt();
        out.localLow = random.nextLong();
        out.remoteLow = random.nextLong();
        out.localPort = random.nextInt(65_536);
        out.protocol = random.nextInt(3) == 0 ? 6 : random.nextInt(256);
        out.handleLayer = random.nextInt(5);
        out.handlePriority = random.nextInt(-30_000, 30_001);
        return out;
    }

    private static byte[] packet(SplittableRandom random, AddressData address) {
        if (random.nextInt(3) == 0) {
            byte[] out = new byte[random.nextInt(120)];
            random.nextBytes(out);
            if (out.length > 0) {
                out[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
                address.ipv6 = out[0] == 0x60;
            }
            return out;
        }
        String source = address.ipv6 ? "[2001:db8::1]:1000" : "10.1.2.3:1000";
        String destination = address.ipv6 ? "[2001:db8::2]:443" : "10.1.2.1:443";
        PacketFixtures fixture = random.nextBoolean() ? PacketFixtures.tcp(source, destination).flags(random.nextInt(64))
            : PacketFixtures.udp(source, destination);
        byte[] out = fixture.payloadLength(random.nextInt(60)).bytes();
        for (int i = random.nextInt(4); i > 0; i--) {
            out[random.nextInt(1, out.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? java.util.Arrays.copyOf(out, random.nextInt(out.length)) : out;
    }

    @Test
    void shouldRefuseTenMegabytesOfParenthesesAtOnce() {
        for (String part : List.of("(", "!", "not ", "(tcp?", "tcp or ", "1.2.3.4", "a", "\u00e9", " ")) {
            String text = part.repeat(10_000_000 / part.length());
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                assertThrows(FilterException.class, () -> Filter.compile(text, Layer.NETWORK), part);
                FilterCheck.of(text, Layer.NETWORK, List.of());
            }, part);
        }
    }
}
