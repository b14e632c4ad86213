package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five programs, one connection each but iperf3 with two, recorded with their owners; see the folder's README. */
@Timeout(120)
class ReplayCommandTest {
    private static final String CAPTURE = "src/test/resources/captures/five-programs.pcapng";

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void writeConfiguration() throws IOException {
        file = Files.writeString(folder.resolve("weir.toml"), """
            [[upstream]]
            name = "office"
            type = "socks5"
            address = "192.0.2.9:1080"

            [[rule]]
            name = "browsers"
            process = ["curl", "browser"]
            port = "80,443"
            action = "proxy:office"

            [[rule]]
            name = "no tracking"
            process = ["tracker"]
            action = "block"

            [[rule]]
            name = "bulk"
            port = "5201"
            action = "direct"
            """);
    }

    @Test
    void shouldTellForEachFlowWhatWouldHaveHappenedAndWhy() {
        CommandLineRun run = CommandLineRun.of("replay", CAPTURE, "-c", file.toString());
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        assertTrue(lines.get(0).matches("time +owner +protocol +from +to +outcome +rule +why"), lines.get(0));
        assertRow(lines, "curl[4101]", "198.51.100.10:80", "proxied through office", "browsers", "port 80");
        assertRow(lines, "browser[4102]", "198.51.100.10:80", "proxied through office", "browsers", "port 80");
        assertRow(lines, "updater[4103]", "198.51.100.10:80", "passed", "-", "no rule matched");
        assertRow(lines, "tracker[4104]", "198.51.100.10:80", "blocked", "no tracking", "tracker");
        assertEquals(2, lines.stream().filter(line -> line.contains("iperf3[4105]") && line.contains("direct") && line.contains("bulk")).count());
        assertTrue(lines.get(lines.size() - 1).startsWith("6 flows in 91 packets"), lines.get(lines.size() - 1));
    }

    private static void assertRow(List<String> lines, String... parts) {
        assertTrue(lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains)), () -> List.of(parts) + " not in " + lines);
    }

    @Test
    void shouldGiveTheSameJsonEachTime() {
        CommandLineRun first = CommandLineRun.of("replay", CAPTURE, "-c", file.toString(), "--json");
        CommandLineRun second = CommandLineRun.of("replay", CAPTURE, "-c", file.toString(), "--json");
        assertEquals(0, first.code(), first.err());
        assertEquals(first.out(), second.out());
        assertTrue(first.out().startsWith("{\"flows\":[{\"timeNs\":"), first.out());
        assertTrue(first.out().contains("\"owner\":\"tracker\",\"pid\":4104,\"outcome\":\"blocked\",\"rule\":\"no tracking\""), first.out());
        assertTrue(first.out().contains("\"flows-proxied\":2"), first.out());
    }

    @Test
    void shouldSayWhatIsWrongWithAFileThatIsNoCapture() {
        CommandLineRun run = CommandLineRun.of("replay", file.toString(), "-c", file.toString());
        assertEquals(ExitCode.INVALID.number(), run.code());
        assertTrue(run.err().contains("weir.toml"), run.err());
        assertEquals(ExitCode.INVALID.number(), CommandLineRun.of("replay", "nowhere.pcap", "-c", file.toString()).code());
    }
}
