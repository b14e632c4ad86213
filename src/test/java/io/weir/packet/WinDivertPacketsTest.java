package io.weir.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packets of WinDivert's own test, and what its CalcChecksums (2.2.2) made of them. */
class WinDivertPacketsTest {

    private static List<String[]> table(String name) throws IOException {
        try (InputStream in = WinDivertPacketsTest.class.getResourceAsStream("/windivert/" + name)) {
            assertNotNull(in, name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t")).toList();
        }
    }

    private static Map<String, byte[]> packets() throws IOException {
        Map<String, byte[]> out = new LinkedHashMap<>();
        for (String[] row : table("packets.tsv")) {
            out.put(row[0], HexFormat.of().parseHex(row[1]));
        }
        return out;
    }

    private static PacketView view(byte[] packet) {
        PacketView view = new PacketView();
        view.parse(ByteBuffer.allocateDirect(packet.length).put(packet), 0, packet.length);
        return view;
    }

    @ParameterizedTest
    @CsvSource({
        "ipv4_icmp_echo_req,    ICMP,     1,   false, 20,  28,  56,  0,     0",
        "ipv4_tcp_http_req,     TCP,      6,   false, 20,  52,  469, 41754, 80",
        "ipv4_udp_dns_req,      UDP,      17,  false, 20,  28,  29,  57413, 53",
        "ipv6_tcp_syn,          TCP,      6,   false, 40,  80,  0,   50046, 23",
        "ipv6_icmpv6_echo_rep,  ICMPV6,   58,  false, 40,  48,  56,  0,     0",
        "ipv6_exthdrs_udp,      UDP,      17,  false, 64,  72,  13,  4660,  43690",
        "ipv4_fragment_0,       ICMP,     1,   true,  20,  28,  0,   0,     0",
        "ipv4_fragment_1,       FRAGMENT, 1,   true,  20,  20,  56,  0,     0",
        "ipv6_fragment_0,       ICMPV6,   58,  true,  48,  56,  16,  0,     0",
        "ipv6_fragment_1,       FRAGMENT, 58,  true,  48,  48,  40,  0,     0"})
    void shouldFindWhatWinDivertFinds(String name, PacketKind kind, int protocol, boolean fragmented, int transport, int payload, int payloadLength,
                                      int sourcePort, int destinationPort) throws IOException {
        byte[] packet = packets().get(name);
        PacketView view = view(packet);
        assertEquals(kind, view.kind());
        assertEquals(protocol, view.protocol());
        assertEquals(fragmented, view.fragmented());
        assertEquals(transport, view.transportOffset());
        assertEquals(payload, view.payloadOffset());
        assertEquals(payloadLength, view.payloadLength());
        assertEquals(sourcePort, view.sourcePort());
        assertEquals(destinationPort, view.destinationPort());
        assertEquals(packet.length, view.length());
    }

    @Test
    void shouldComputeTheChecksumsThatWinDivertComputes() throws IOException {
        Map<String, byte[]> packets = packets();
        List<String[]> cases = table("checksum-cases.tsv");
        assertEquals(packets.keySet(), cases.stream().collect(LinkedHashMap::new, (map, row) -> map.put(row[0], row), Map::putAll).keySet());
        for (String[] row : cases) {
            PacketView view = view(packets.get(row[0]));
            boolean complete = Checksum.writeAll(view);
            byte[] after = new byte[view.length()];
            view.buffer().get(0, after);
            assertEquals(row[1].equals("TRUE"), complete, row[0]);
            assertArrayEquals(HexFormat.of().parseHex(row[7]), after, row[0]);
            assertTrue(Checksum.ipv4HeaderHolds(view) && Checksum.transportHolds(view), row[0]);
        }
    }
}
