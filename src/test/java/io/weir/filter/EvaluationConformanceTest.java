package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every row of the two evaluation tables taken from the official DLL. */
class EvaluationConformanceTest {

    @Test
    void shouldAgreeWithEveryRowOfTheCasesTable() throws IOException {
        // the upstream cases: an outbound packet captured by itself
        assertEquals(225, run("filter-cases.tsv", false));
    }

    @Test
    void shouldAgreeWithEveryRowOfTheExtraTable() throws IOException {
        assertEquals(728, run("filter-extra.tsv", true));
    }

    private static int run(String table, boolean addressColumns) throws IOException {
        Map<String, byte[]> packets = new HashMap<>();
        for (String line : CompileConformanceTest.lines("packets.tsv")) {
            String[] cell = line.split("\t");
            packets.put(cell[0], HexFormat.of().parseHex(cell[1]));
        }
        List<String> disagreements = new ArrayList<>();
        int rows = 0;
        for (String line : CompileConformanceTest.lines(table)) {
            if (line.startsWith("#") || line.endsWith("\trandom")) { // upstream leaves those open: they hash the time
                continue;
            }
            rows++;
            String[] cell = line.split("\t", -1);
            AddressData address = new AddressData();
            address.outbound = true;
            byte[] packet = packets.get(cell[1]);
            address.ipv6 = packet[0] >>> 4 == 6;
            if (addressColumns) {
                address.outbound = cell[2].equals("1");
                address.loopback = cell[3].equals("1");
                address.impostor = cell[4].equals("1");
                address.interfaceIndex = Integer.parseInt(cell[5]);
                address.subInterfaceIndex = Integer.parseInt(cell[6]);
                address.timestamp = Long.parseLong(cell[7]);
            }
            String actual;
            try {
                actual = new Evaluator(Filter.compile(cell[0], Layer.NETWORK)).evaluate(ByteBuffer.wrap(packet), 0, packet.length, address).name();
            } catch (FilterException e) {
                actual = "ERROR";
            }
            if (!actual.toLowerCase(java.util.Locale.ROOT).replace('_', '-').equals(cell[cell.length - 1])) {
                disagreements.add(actual + " for " + line);
            }
        }
        assertEquals(List.of(), disagreements, () -> String.join("\n", disagreements));
        return rows;
    }
}
