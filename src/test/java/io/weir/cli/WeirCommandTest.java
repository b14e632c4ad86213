package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeirCommandTest {
    private static final String CONFIGURATION = """
        [[upstream]]
        name = "office"
        type = "socks5"
        address = "198.51.100.20:1080"
        username = "me"
        password = "env:PATH"

        [[rule]]
        name = "browsers"
        process = ["curl", "/opt/firefox/**"]
        port = "80,443"
        action = "proxy:office"

        [[rule]]
        name = "the rest of mine"
        user = ["me"]
        action = "block"
        """;

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void writeConfiguration() throws IOException {
        file = Files.writeString(folder.resolve("weir.toml"), CONFIGURATION);
    }

    @Test
    void shouldListEveryCommandAndExitCodeInTheUsage() {
        CommandLineRun run = CommandLineRun.of("--help");
        assertEquals(0, run.code());
        for (ExitCode code : ExitCode.values()) {
            assertTrue(run.out().matches("(?s).*\\n +" + code.number() + " +" + code.meaning().substring(0, 12) + ".*"), code + " in " + run.out());
        }
        for (String command : new String[] {"run", "check", "explain", "replay"}) {
            assertTrue(run.out().contains("\n  " + command + " "), command);
        }
        assertEquals("", run.err());
    }

    @Test
    void shouldSayWhatIsWrongWithTheCommandLineOnStderr() {
        for (String[] wrong : new String[][] {{}, {"fly"}, {"run"}, {"explain", "-c", "x"}, {"check", "--fast", "x"}}) {
            CommandLineRun run = CommandLineRun.of(wrong);
            assertEquals(ExitCode.USAGE.number(), run.code(), String.join(" ", wrong));
            assertEquals("", run.out());
            assertTrue(run.err().contains("Usage:"), run.err());
        }
    }

    @Test
    void shouldNoteAnUpstreamOnThisMachineWhenARuleForEverybodyWouldSendItsConnectionsBack() throws IOException {
        String upstream = "[[upstream]]\nname = \"local\"\ntype = \"socks5\"\naddress = \"127.0.0.1:7890\"\n";
        Path everybody = Files.writeString(folder.resolve("weir.toml"), upstream + "[[rule]]\nname = \"all\"\naction = \"proxy:local\"\n");
        CommandLineRun run = CommandLineRun.of("check", everybody.toString());
        assertEquals(0, run.code());
        assertTrue(run.err().contains("note: 127.0.0.1:7890 is a program on this machine, and rule 1 \"all\" applies to every program"), run.err());
        Path one = Files.writeString(folder.resolve("one.toml"), upstream + "[[rule]]\nprocess = \"curl\"\naction = \"proxy:local\"\n");
        assertFalse(CommandLineRun.of("check", one.toString()).err().contains("127.0.0.1:7890 is a program"));
    }

    @Test
    void shouldNoteOnceHowToChooseWhatBecomesOfConnectionsWithoutAnOwner() throws IOException {
        String note = "note: rule 1 \"browsers\" depends on who owns a connection; one whose owner is not found in time passes.";
        CommandLineRun run = CommandLineRun.of("check", file.toString());
        assertTrue(run.err().contains(note) && run.err().contains("unknown = \"block\""), run.err());
        assertEquals(1, run.err().split("note:").length - 1, run.err());
        for (String chosen : new String[] {"pass", "direct", "block"}) {
            Files.writeString(file, CONFIGURATION + "[owner]\nunknown = \"" + chosen + "\"\n");
            assertFalse(CommandLineRun.of("check", file.toString()).err().contains("note:"), chosen);
        }
        Files.writeString(file, "[[rule]]\nport = 25\naction = \"block\"\n[[rule]]\nprocess = \"curl\"\naction = \"pass\"\n");
        assertFalse(CommandLineRun.of("check", file.toString()).err().contains("note:"), "nothing depends on it");
    }

    @Test
    void shouldPrintVersionOnStdout() {
        CommandLineRun run = CommandLineRun.of("--version");
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("weir "), run.out());
    }

    @Test
    void shouldCountRulesAndUpstreamsWhenTheFileIsValid() {
        CommandLineRun run = CommandLineRun.of("check", file.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(file + ": valid, 2 rules, 1 upstream\n", run.out());
    }

    @Test
    void shouldNameEveryProblemWithLineWhenTheFileIsWrong() throws IOException {
        Files.writeString(file, CONFIGURATION.replace("socks5", "socks6").replace("80,443", "80,x") + "colour = 1\n");
        CommandLineRun run = CommandLineRun.of("check", file.toString());
        assertEquals(ExitCode.INVALID.number(), run.code());
        assertEquals("", run.out());
        assertTrue(run.err().contains(file + ":3:"), run.err());
        assertTrue(run.err().contains(file + ":11:"), run.err());
        assertTrue(run.err().contains("colour"), run.err());
    }

    @Test
    void shouldSayThatAFileIsMissing() {
        for (String[] command : new String[][] {{"check", "nowhere.toml"}, {"run", "-c", "nowhere.toml"}, {"explain", "-c", "nowhere.toml", "1.2.3.4:5"}}) {
            CommandLineRun run = CommandLineRun.of(command);
            assertEquals(ExitCode.INVALID.number(), run.code());
            assertTrue(run.err().contains("nowhere.toml: does not exist"), run.err());
        }
    }

    @Test
    void shouldNeverPrintASecret() {
        CommandLineRun run = CommandLineRun.of("check", "--print", file.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("office"), run.out());
        assertFalse((run.out() + run.err()).contains(System.getenv("PATH")), run.out());
    }

    @Test
    void shouldExplainWhichRuleDecidesAndWhy() {
        CommandLineRun run = CommandLineRun.of("explain", "-c", file.toString(), "--process", "curl", "203.0.113.7:443");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("verdict: proxy:office (rule 1 \"browsers\": process curl matched \"curl\""), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.contains("the rest of mine") && line.contains("no match")), run.out());
    }

    @Test
    void shouldExplainByPathAndUserAndProtocol() {
        CommandLineRun run = CommandLineRun.of("explain", "-c", file.toString(), "--process", "/opt/firefox/bin/firefox", "--user", "me", "--protocol",
            "udp", "[2001:db8::1]:53");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("verdict: block (rule 2 \"the rest of mine\""), run.out());
    }

    @Test
    void shouldSayThatTheOwnerMattersWhenNoneIsGiven() {
        CommandLineRun run = CommandLineRun.of("explain", "-c", file.toString(), "203.0.113.7:443");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("verdict: not known without the owner"), run.out());
    }

    @Test
    void shouldRefuseADestinationThatIsNone() {
        CommandLineRun run = CommandLineRun.of("explain", "-c", file.toString(), "example.org");
        assertEquals(ExitCode.USAGE.number(), run.code());
        assertTrue(run.err().contains("example.org"), run.err());
    }

    @Test
    void shouldUseColoursOnlyOnATerminal() {
        String[] explain = {"explain", "-c", file.toString(), "--process", "curl", "203.0.113.7:443"};
        assertFalse(CommandLineRun.of(explain).out().contains("\u001b"));
        assertTrue(CommandLineRun.onTerminal(explain).out().contains("\u001b"));
        String[] plain = {"--no-color", explain[0], explain[1], explain[2], explain[3], explain[4], explain[5]};
        assertFalse(CommandLineRun.onTerminal(plain).out().contains("\u001b"));
    }

    @Test
    void shouldSayPlainlyThatThisBuildHasNoEngineForAnotherSystem() {
        String before = System.getProperty("os.name");
        try {
            System.setProperty("os.name", "Plan 9");
            CommandLineRun run = CommandLineRun.of("run", "-c", file.toString());
            assertEquals(ExitCode.ENGINE.number(), run.code());
            assertTrue(run.err().contains("no engine for Plan 9"), run.err());
        } finally {
            System.setProperty("os.name", before);
        }
    }

    @Test
    void shouldLoadEverythingAndEndWhenWarmingUp() {
        CommandLineRun run = CommandLineRun.of("warm-up");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().contains("ready"), run.err());
    }
}
