package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testkit.PacketFixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/filters.md: every example does what the page says, and its table of fields is the code's. */
class FiltersPageTest {
    private static final Path PAGE = Path.of("docs/filters.md");
    private static final String MATCHES = "| filter | matches | does not match |";
    private static final String CHOICES = "| capture.filter | chooses flows beginning with | leaves out |";
    private static final String ERRORS = "| wrong | why | right |";
    private static final String NORMAL = "| written | means |";

    @Test
    void shouldMatchWhatThePageSays() throws IOException, FilterException {
        int packets = 0;
        for (String[] row : rows(MATCHES)) {
            Evaluator evaluator = new Evaluator(Filter.compile(code(row[0]), Layer.NETWORK));
            packets += check(evaluator, row[0], row[1], Evaluator.Outcome.MATCH) + check(evaluator, row[0], row[2], Evaluator.Outcome.NO_MATCH);
        }
        assertTrue(packets > 40, packets + " packets");
    }

    @Test
    void shouldChooseFlowsByTheirFirstPacketAsThePageSays() throws IOException, FilterException {
        for (String[] row : rows(CHOICES)) {
            Filter filter = Filter.compile(code(row[0]), Layer.NETWORK);
            for (String packet : row[1].split(";")) {
                assertTrue(chooses(filter, packet.strip()), row[0] + " with " + packet);
            }
            for (String packet : row[2].split(";")) {
                assertFalse(chooses(filter, packet.strip()), row[0] + " with " + packet);
            }
        }
    }

    private static boolean chooses(Filter filter, String packet) {
        AddressData address = new AddressData();
        byte[] bytes = bytes(packet, address);
        return new FirstPacket(filter).selects(ByteBuffer.wrap(bytes), 0, bytes.length, address);
    }

    private static int check(Evaluator evaluator, String filter, String packets, Evaluator.Outcome expected) {
        String[] all = packets.split(";");
        for (String packet : all) {
            AddressData address = new AddressData();
            byte[] bytes = bytes(packet.strip(), address);
            assertEquals(expected, evaluator.evaluate(ByteBuffer.wrap(bytes), 0, bytes.length, address), filter + " with " + packet);
        }
        return all.length;
    }

    /** {@code [inbound] [loopback] [SYN] tcp|udp|icmp ADDRESS[:PORT] [N bytes]}; a port is the other machine's. */
    private static byte[] bytes(String packet, AddressData address) {
        List<String> words = new ArrayList<>(List.of(packet.split(" ")));
        address.outbound = !words.remove("inbound");
        address.loopback = words.remove("loopback");
        boolean syn = words.remove("SYN");
        String there = words.get(1);
        boolean ipv6 = there.indexOf(':') != there.lastIndexOf(':');
        String here = ipv6 ? "[2001:db8:1::1]:40000" : "192.0.2.1:40000";
        String from = address.outbound ? here : there;
        String to = address.outbound ? there : here;
        PacketFixtures fixture = switch (words.get(0)) {
            case "tcp" -> PacketFixtures.tcp(from, to).flags(syn ? PacketFixtures.SYN : PacketFixtures.ACK);
            case "udp" -> PacketFixtures.udp(from, to);
            default -> PacketFixtures.icmp("192.0.2.1", there, 8, 0);
        };
        if (words.size() > 2) {
            fixture.payloadLength(Integer.parseInt(words.get(2)));
        }
        byte[] bytes = fixture.bytes();
        address.ipv6 = bytes[0] >>> 4 == 6;
        return bytes;
    }

    @Test
    void shouldRefuseWhatThePageCallsWrongAndTakeWhatItCallsRight() throws IOException, FilterException {
        for (String[] row : rows(ERRORS)) {
            assertThrows(FilterException.class, () -> Filter.compile(code(row[0]), Layer.NETWORK), row[0]);
            Filter.compile(code(row[2]), Layer.NETWORK);
        }
    }

    @Test
    void shouldMeanWhatThePageSays() throws IOException, FilterException {
        for (String[] row : rows(NORMAL)) {
            assertEquals(code(row[1]), Filter.compile(code(row[0]), Layer.NETWORK).formatted(), row[0]);
        }
    }

    @Test
    void shouldListTheFieldsAsTheCodeHasThem() throws IOException {
        String table = table();
        assertTrue(Files.readString(PAGE).contains(table), "docs/filters.md must contain, word for word:\n\n" + table);
    }

    private static List<String[]> rows(String header) throws IOException {
        List<String[]> out = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (inside && line.startsWith("|") && !line.startsWith("|---")) {
                String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
                assertEquals(header.split(" \\| ").length, cells.length, line);
                out.add(cells);
            }
            inside = line.equals(header) || inside && line.startsWith("|");
        }
        assertTrue(out.size() > 2, header);
        return out;
    }

    private static String code(String cell) {
        assertTrue(cell.startsWith("`") && cell.endsWith("`"), cell);
        return cell.substring(1, cell.length() - 1);
    }

    private static String table() {
        StringBuilder out = new StringBuilder("| field | layers | type | range | absent when | meaning |\n|---|---|---|---|---|---|\n");
        for (Field field : Field.values()) {
            out.append("| `").append(field.text()).append(field.elementBytes() > 0 ? "[i]" : "").append("` | ").append(layers(field)).append(" | ")
                .append(type(field)).append(" | ").append(range(field)).append(" | ").append(absent(field)).append(" | ").append(field.meaning())
                .append(" |\n");
        }
        return out.toString();
    }

    private static String layers(Field field) {
        StringBuilder out = new StringBuilder();
        for (Layer layer : Layer.values()) {
            out.append(field.existsAt(layer) ? "NMFSR".charAt(layer.ordinal()) + " " : "");
        }
        return out.toString().strip();
    }

    private static String type(Field field) {
        if (field.elementBytes() > 0) {
            return field.elementBytes() * 8 + " bits";
        }
        return switch (field.notation()) {
            case FLAG -> "flag";
            case DECIMAL, HEXADECIMAL -> "number";
            case IPV4_ADDRESS -> "IPv4 address";
            case ADDRESS -> "address";
            case LAYER_NAME -> "layer name";
            case EVENT_NAME -> "event name";
        };
    }

    private static String range(Field field) {
        Field.Range range = field.range();
        boolean address = field.notation() == Field.Notation.ADDRESS || field.notation() == Field.Notation.IPV4_ADDRESS;
        if (range == null || address) {
            return address ? "any" : "32 bits";
        }
        return (range.lowestNegative() ? "-" : "") + range.lowest().decimal() + " to " + range.highest().decimal();
    }

    private static String absent(Field field) {
        String header = field.header() == null ? "" : "no `" + field.header().text() + "`";
        return field.elementBytes() == 0 ? header : header + (header.isEmpty() ? "" : ", or ") + "`i` outside";
    }
}
