package io.weir.cli;

import io.weir.filter.AddressData;
import io.weir.filter.Evaluator;
import io.weir.filter.Filter;
import io.weir.filter.FilterException;
import io.weir.filter.Layer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * A table of expectations, tab-separated: filter, packet, Outbound, Loopback, Impostor, IfIdx, SubIfIdx, Timestamp, result. The packet is a name of
 * the packets table or the bytes themselves; the result {@code match}, {@code no-match} or {@code error}. Lines that begin with # are left out.
 */
final class FilterTable {
    private static final int COLUMNS = 9;

    private FilterTable() {
    }

    static int run(Path table, Path packetTable, Layer layer, Console console) throws IOException {
        Map<String, byte[]> packets = packets(packetTable);
        int passed = 0;
        int failed = 0;
        int number = 0;
        for (String line : Files.readAllLines(table)) {
            number++;
            if (line.startsWith("#") || line.isBlank()) {
                continue;
            }
            String[] cell = line.split("\t", -1);
            String actual = cell.length == COLUMNS ? result(cell, packets, layer) : "a row of " + cell.length + " cells, not " + COLUMNS;
            if (cell.length == COLUMNS && actual.equals(cell[COLUMNS - 1])) {
                passed++;
            } else {
                failed++;
                console.out().println(table + ":" + number + ": expected " + cell[cell.length - 1] + ", got " + actual + ": " + cell[0]);
            }
        }
        console.out().println(passed + " passed, " + failed + " failed");
        return (failed == 0 ? ExitCode.OK : ExitCode.INVALID).number();
    }

    private static Map<String, byte[]> packets(Path table) throws IOException {
        Map<String, byte[]> packets = new HashMap<>();
        if (table != null) {
            for (String line : Files.readAllLines(table)) {
                String[] cell = line.split("\t");
                if (!line.startsWith("#") && cell.length >= 2) {
                    packets.put(cell[0], HexFormat.of().parseHex(cell[1].strip()));
                }
            }
        }
        return packets;
    }

    private static String result(String[] cell, Map<String, byte[]> packets, Layer layer) {
        try {
            byte[] packet = packets.containsKey(cell[1]) ? packets.get(cell[1]) : HexFormat.of().parseHex(cell[1]);
            AddressData address = new AddressData();
            address.layer = layer;
            address.ipv6 = packet.length > 0 && packet[0] >>> 4 == 6;
            address.outbound = cell[2].equals("1");
            address.loopback = cell[3].equals("1");
            address.impostor = cell[4].equals("1");
            address.interfaceIndex = Integer.parseUnsignedInt(cell[5]);
            address.subInterfaceIndex = Integer.parseUnsignedInt(cell[6]);
            address.timestamp = Long.parseLong(cell[7]);
            Evaluator evaluator = new Evaluator(Filter.compile(cell[0], layer));
            return evaluator.evaluate(ByteBuffer.wrap(packet), 0, packet.length, address).name().toLowerCase(Locale.ROOT).replace('_', '-');
        } catch (FilterException e) {
            return "error";
        } catch (IllegalArgumentException e) {
            return "an unreadable row (" + e.getMessage() + ")";
        }
    }
}
