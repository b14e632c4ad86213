package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Programs made for the facts of a packet answer as the general way does, for random filters and packets. */
class SpecialisedTest {
    private static final long SEED = 20_261_121;
    private static final int FILTERS = 6_000;
    private static final int PACKETS = 20;
    private static final Field[] FUSED = {Field.TCP_DST_PORT, Field.UDP_DST_PORT, Field.REMOTE_PORT, Field.LOCAL_ADDR, Field.REMOTE_ADDR,
        Field.IP_DST_ADDR, Field.IP_TTL, Field.TCP_SEQ_NUM, Field.TCP_ACK};
    private static final String[] VALUES = {"0", "1", "2", "53", "64", "80", "443", "1000", "65535", "65536", "4294967295", "10.1.2.1", "10.1.2.3",
        "10.1.2.4", "8.0.0.0", "255.255.255.255", "2001:db8::1", "::", "-1", "17", "6"};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private Layer layer = Layer.NETWORK;

    @Test
    void shouldAnswerAsTheGeneralWayDoesWhateverTheFilterAndThePacketAre() throws FilterException {
        int[] seen = new int[Evaluator.Outcome.values().length];
        for (int i = 0; i < FILTERS; i++) {
            layer = random.nextInt(4) == 0 ? Layer.NETWORK_FORWARD : Layer.NETWORK;
            String text = random.nextInt(3) == 0 ? ports() : expression(random.nextInt(7));
            Filter filter = Filter.compile(text, layer);
            Evaluator evaluator = new Evaluator(filter);
            Evaluator general = new Evaluator(filter);
            for (int k = 0; k < PACKETS; k++) {
                AddressData address = new AddressData();
                FilterPacket packet = packet(address);
                if (packet != null) {
                    Evaluator.Outcome expected = general.decideGenerally(packet, address);
                    String shown = "seed " + SEED + ", filter " + i + ", packet " + k + " at " + layer + ": " + text;
                    assertEquals(expected, evaluator.decide(packet, address), shown);
                    assertEquals(general.lastTest(), evaluator.lastTest(), shown);
                    seen[expected.ordinal()]++;
                }
            }
        }
        assertTrue(seen[0] > FILTERS && seen[1] > FILTERS, Arrays.toString(seen));
    }

    @Test
    void shouldGoOnWhenThereAreMoreKindsOfPacketsThanPrograms() throws FilterException {
        Evaluator evaluator = new Evaluator(Filter.compile("tcp.DstPort == 443 or udp.DstPort == 443 and not impostor", Layer.NETWORK));
        for (int kind = 0; kind < 128; kind++) {
            AddressData address = new AddressData();
            address.ipv6 = (kind & 1) != 0;
            address.outbound = (kind & 2) != 0;
            address.loopback = (kind & 4) != 0;
            address.impostor = (kind & 8) != 0;
            FilterPacket packet = new FilterPacket();
            ByteBuffer bytes = fixture(address.ipv6, (kind & 16) != 0, 443).buffer();
            packet.parse(bytes, 0, bytes.limit());
            packet.fragment = (kind & 32) != 0;
            packet.headers = (kind & 64) != 0 ? packet.headers & (FilterPacket.IP | FilterPacket.IPV6) : packet.headers;
            boolean matches = (kind & 64) == 0 && ((kind & 16) != 0 || !address.impostor);
            assertEquals(matches ? Evaluator.Outcome.MATCH : Evaluator.Outcome.NO_MATCH, evaluator.decide(packet, address), "kind " + kind);
        }
    }

    /** Many values of one field: sets, ranges, and both. */
    private String ports() {
        String field = (layer == Layer.NETWORK ? FUSED[random.nextInt(FUSED.length)] : Field.TCP_DST_PORT).text();
        StringBuilder out = new StringBuilder("false");
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            String from = VALUES[random.nextInt(VALUES.length)];
            out.append(random.nextInt(3) == 0 ? " or " + field + " >= " + from + " and " + field + " < " + VALUES[random.nextInt(VALUES.length)]
                : " or " + field + " == " + from);
        }
        return random.nextInt(3) == 0 ? "(" + out + " ? false : true)" : random.nextBoolean() ? out.toString() : "(" + out + ") and " + expression(2);
    }

    private String expression(int depth) {
        if (depth == 0) {
            return test();
        }
        String left = expression(random.nextInt(depth));
        String right = expression(depth - 1);
        return switch (random.nextInt(4)) {
            case 0 -> "(" + left + " and " + right + ")";
            case 1 -> "(" + left + " or " + right + ")";
            case 2 -> "(" + left + " or " + right + " ? false : true)";
            default -> "(" + left + " ? " + right + " : " + expression(random.nextInt(depth)) + ")";
        };
    }

    private String test() {
        Field field;
        do {
            field = random.nextInt(3) > 0 ? FUSED[random.nextInt(FUSED.length)] : Field.values()[random.nextInt(Field.values().length)];
        } while (!field.existsAt(layer));
        String subject = field.text() + (field.elementBytes() > 0 ? "[" + (random.nextInt(40) - 20) + "]" : "");
        return (random.nextInt(4) == 0 ? "not " : "") + subject + (random.nextInt(4) == 0 ? ""
            : " " + Comparison.values()[random.nextInt(6)].text() + " " + VALUES[random.nextInt(VALUES.length)]);
    }

    private static PacketFixtures fixture(boolean ipv6, boolean tcp, int port) {
        String source = ipv6 ? "[2001:db8::1]:1000" : "10.1.2.3:1000";
        String destination = (ipv6 ? "[2001:db8::2]:" : "10.1.2.1:") + port;
        return tcp ? PacketFixtures.tcp(source, destination) : PacketFixtures.udp(source, destination);
    }

    /** A packet with some bytes changed, perhaps cut, somewhere in a buffer; null when no filter can be applied to it. */
    private FilterPacket packet(AddressData address) {
        address.ipv6 = random.nextInt(4) == 0;
        address.outbound = random.nextBoolean();
        address.loopback = random.nextInt(4) == 0;
        address.impostor = random.nextInt(4) == 0;
        address.timestamp = random.nextInt(-100, 100);
        int[] ports = {443, 80, 53, 1, 0, 65_535};
        byte[] bytes = fixture(address.ipv6, random.nextBoolean(), ports[random.nextInt(ports.length)]).flags(random.nextInt(64))
            .payloadLength(random.nextInt(40)).bytes();
        int[] protocols = {1, 6, 17, 44, 58};
        if (random.nextInt(3) == 0) {
            bytes[address.ipv6 ? 6 : 9] = (byte) protocols[random.nextInt(protocols.length)];
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(1, bytes.length)] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
        int offset = random.nextInt(3);
        FilterPacket out = new FilterPacket();
        ByteBuffer buffer = ByteBuffer.allocate(offset + length).put(offset, bytes, 0, length);
        return out.parse(buffer, offset, length) ? out : null;
    }
}
