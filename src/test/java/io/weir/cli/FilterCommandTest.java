package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilterCommandTest {
    private static final Path TABLES = Path.of("src/test/resources/windivert");

    @TempDir
    private Path folder;

    @Test
    void shouldPrintNormalFormAndTestsWhenFilterIsRight() {
        CommandLineRun run = CommandLineRun.of("filter", "check", "outbound and not loopback and tcp.DstPort == 443 and ip.DstAddr == 203.0.113.5");
        assertEquals(0, run.code());
        assertEquals("ok: 4 of 255 tests at NETWORK\n    outbound and not loopback and tcp.DstPort = 443 and ip.DstAddr = 203.0.113.5\n", run.out());
        assertEquals("", run.err());
    }

    @Test
    void shouldPointAtTheCharactersWhenFilterIsWrong() {
        CommandLineRun run = CommandLineRun.of("filter", "check", "tcp and tcp.dstport == 80");
        assertEquals(3, run.code());
        assertEquals("", run.out());
        assertEquals(List.of("error: Filter expression contains a bad token; expected a field, a number or an address",
                "  tcp and tcp.dstport == 80", "          ^^^^^^^^^^^",
                "  names are case-sensitive; did you mean `tcp.DstPort`?"), run.err().lines().toList());
    }

    @Test
    void shouldNameFileLineAndColumnWhenFilterIsInAFile() throws IOException {
        Path file = folder.resolve("web.filter");
        Files.writeString(file, "# two lines\noutbound and\n  tcp.DstPort = 80 # the web\n  or oops\n");
        CommandLineRun run = CommandLineRun.of("filter", "check", "@" + file);
        assertEquals(3, run.code());
        assertTrue(run.err().startsWith(file + ":4:6: error: "), run.err());
    }

    @Test
    void shouldWriteOneObjectALineWhenReadingStandardInput() {
        StringWriter out = new StringWriter();
        Surroundings surroundings = new Surroundings(new ByteArrayInputStream("tcp\n\ntcp &  udp\nc: x\n".getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out, true), new PrintWriter(out, true), false, Platforms::here, () -> { });
        assertEquals(3, WeirCommand.execute(surroundings, "filter", "check", "--stdin"));
        List<String> lines = out.toString().lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).startsWith("{\"expression\":\"tcp\",\"layer\":\"NETWORK\",\"ok\":true,\"error\":\"No error\",\"position\":0,"
                + "\"object\":\"@WinDiv_WX_eXWWAX\",\"formatted\":\"tcp\",\"tests\":1,\"warnings\":["), lines.get(0));
        assertTrue(lines.get(1).contains("\"expression\":\"\",\"layer\":\"NETWORK\",\"ok\":false,\"error\":\"Filter expression parse error\",\"position\":0,"));
        assertTrue(lines.get(2).contains("\"error\":\"Filter expression contains a bad token\",\"position\":5,\"object\":\"\",\"formatted\":\"\""));
        assertTrue(lines.get(3).contains("\"position\":4294967295,"));
    }

    @Test
    void shouldExplain() {
        CommandLineRun run = CommandLineRun.of("filter", "explain", "outbound and tcp.DstPort == 443");
        assertEquals(List.of("Outbound TCP packets to port 443.", "", "0  outbound            yes: 1        no: -",
                "1  tcp.DstPort = 443   yes: match    no: -"), run.out().lines().toList());
    }

    @Test
    void shouldSayWhichTestDecidedWhenTryingAPacket() {
        String syn = "6000000000280640123456780001000000000000aabbccdd00000000000000000000000000000001"
                + "c37e0017e1d7c8aa00000000a002aaaac35e00000204ffc40402080affff91860000000001030307";
        assertEquals("match\ndecided by  0  tcp.Syn   yes: match    no: -\n", CommandLineRun.of("filter", "test", "tcp.Syn", "--packet", syn).out());
        assertEquals("no match\ndecided by  0  inbound   yes: match    no: -\n", CommandLineRun.of("filter", "test", "inbound", "--packet", syn).out());
        assertTrue(CommandLineRun.of("filter", "test", "inbound", "--inbound", "--packet", syn).out().startsWith("match"));
        assertEquals(3, CommandLineRun.of("filter", "test", "tcp", "--packet", "00").code());
        assertEquals(2, CommandLineRun.of("filter", "test", "tcp", "--packet", "xyz").code());
    }

    @Test
    void shouldRunTheTableOfExpectations() throws IOException {
        CommandLineRun right = CommandLineRun.of("filter", "test", "--table", TABLES.resolve("filter-extra.tsv").toString(),
                "--packets", TABLES.resolve("packets.tsv").toString());
        assertEquals("728 passed, 0 failed\n", right.out());
        assertEquals(0, right.code());
        Path wrong = folder.resolve("wrong.tsv");
        Files.writeString(wrong, "# filter\ntcp\tipv6_tcp_syn\t1\t0\t0\t0\t0\t0\tno-match\ntcp\tipv6_tcp_syn\t1\t0\t0\t0\t0\t0\tmatch\n");
        CommandLineRun run = CommandLineRun.of("filter", "test", "--table", wrong.toString(), "--packets", TABLES.resolve("packets.tsv").toString());
        assertEquals(wrong + ":2: expected no-match, got match: tcp\n1 passed, 1 failed\n", run.out());
        assertEquals(3, run.code());
    }

    @Test
    void shouldListTheMatchingPacketsOfACapture() throws IOException {
        Path capture = folder.resolve("two.pcapng");
        try (io.weir.capture.CaptureWriter writer = io.weir.capture.CaptureWriter.create(capture)) {
            for (String line : Files.readAllLines(TABLES.resolve("packets.tsv"))) {
                byte[] bytes = java.util.HexFormat.of().parseHex(line.split("\t")[1].strip());
                writer.write(0, java.nio.ByteBuffer.wrap(bytes), 0, bytes.length, true, "");
            }
        }
        CommandLineRun run = CommandLineRun.of("filter", "test", "udp", "--pcap", capture.toString());
        assertEquals("     3  udp      10.0.0.1:57413 -> 8.8.4.4:53, 57 bytes", run.out().lines().findFirst().orElseThrow());
        assertTrue(run.out().endsWith(" packets match\n"));
    }

    @Test
    void shouldDeriveAFilterThatIsItselfRightWhenAConfigurationIsGiven() throws IOException {
        Path toml = folder.resolve("weir.toml");
        Files.writeString(toml, """
            [[upstream]]
            name = "office"
            type = "socks5"
            address = "203.0.113.9:1080"

            [[rule]]
            process = "curl"
            port = "80,443"
            protocol = "tcp"
            action = "proxy:office"

            [redirect]
            mode = "loopback"
            relay-port = 7070
            listeners = 1
            """);
        CommandLineRun run = CommandLineRun.of("filter", "derive", "-c", toml.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("# Never captured: multicast destinations.\nand (remoteAddr < 224.0.0.0 or remoteAddr > 239.255.255.255)"), run.out());
        assertTrue(run.out().contains("(remotePort != 1080 or remoteAddr != 203.0.113.9)"), run.out());
        assertTrue(run.out().contains("(tcp.DstPort == 80 or tcp.DstPort == 443)"), run.out());
        assertTrue(run.out().contains("ip.SrcAddr == 127.0.0.1 and tcp.SrcPort == 7070"), run.out());
        Path derived = folder.resolve("derived.filter");
        Files.writeString(derived, run.out());
        CommandLineRun check = CommandLineRun.of("filter", "check", "@" + derived);
        assertEquals(0, check.code(), check.err());
        assertTrue(run.out().startsWith("# " + check.out().substring(4, check.out().indexOf(" at "))), run.out());
    }
}
