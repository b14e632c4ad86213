package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.filter.CaptureSettings;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.pipeline.PipelineSettings;
import io.weir.pipeline.Threads;
import io.weir.process.Owner;
import io.weir.relay.RelaySettings;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.PathStyle;
import io.weir.rules.RuleSet;
import io.weir.stage.OwnerUnknown;
import io.weir.stage.RedirectShape;
import io.weir.stage.StageSettings;
import io.weir.upstream.Upstream;
import io.weir.upstream.UpstreamType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
    @TempDir
    private Path folder;

    @Test
    void shouldGiveEveryDefaultWhenFileIsEmpty() {
        Settings settings = Reports.of("").settings();
        assertEquals(List.of(), List.copyOf(settings.upstreams().all()));
        assertEquals(RuleSet.EMPTY, settings.rules());
        assertEquals(CaptureSettings.DEFAULT, settings.capture());
        assertEquals(StageSettings.DEFAULT, settings.stage());
        assertEquals(RelaySettings.DEFAULT, settings.relay());
        assertEquals(PipelineSettings.DEFAULT, settings.pipeline());
        assertNull(settings.redirect().shape());
        assertNull(settings.log().file());
        assertTrue(settings.flow().dialNs() > settings.relay().dialTimeoutMs() * 1_000_000L);
        assertEquals("", Reports.of("").render(true));
    }

    @Test
    void shouldHoldWhatTheFileSaysWhenEveryTableIsUsed() {
        ConfigReport report = Reports.of(Reports.GOOD);
        assertEquals(List.of(), report.problems());
        Settings settings = report.settings();
        assertTrue(settings.capture().onOverloadPass());
        Upstream office = settings.upstreams().named("office");
        assertEquals(UpstreamType.SOCKS5, office.type());
        assertEquals(Endpoint.parse("10.1.2.3:1080"), office.endpoint());
        assertEquals("correct horse", office.credentials().password());
        assertEquals("proxy.example:8080", settings.upstreams().named("home proxy").address());
        assertEquals(List.of("browsers", "rule 2", "rule 3"), settings.rules().rules().stream().map(rule -> rule.name()).toList());
        assertEquals(OnFailure.DIRECT, settings.rules().rules().get(0).onFailure());
        assertEquals(Action.proxy("home proxy"), settings.rules().rules().get(1).action());
        assertEquals(new StageSettings(1_500_000_000L, OwnerUnknown.BLOCK, false, false), settings.stage());
        assertEquals(new RedirectSettings(RedirectShape.LOOPBACK, 2, 7000), settings.redirect());
        assertEquals("10000-20000", settings.flow().natPorts().toString());
        assertEquals(1000, settings.flow().maximumFlows());
        assertEquals(3 * 3600 * 1_000_000_000L, settings.flow().idleNs());
        assertEquals(20_000, settings.relay().dialTimeoutMs());
        assertEquals(AddressSet.parse(List.of("198.51.100.0/24")), settings.capture().exclude());
        assertEquals(Threads.FUSED, settings.pipeline().threads());
        assertEquals(new LogSettings("debug", Path.of("/etc/weir/weir.log"), 200), settings.log());
        assertEquals(new LinuxSettings(12, Path.of("/tmp/weir")), settings.linux());
        assertEquals(new WindowsSettings(777, Path.of("/etc/weir/windivert")), settings.windows());
    }

    @Test
    void shouldDecideAsTheRulesSayWhenConditionsAreNested() {
        RuleSet rules = Reports.of(Reports.GOOD).settings().rules();
        Owner curl = new Owner(5, 1, "/usr/bin/curl", "curl", "carol");
        Owner alice = new Owner(6, 1, "/usr/bin/vi", "vi", "alice");
        assertEquals("rule 2", decide(rules, "198.18.0.1:22", curl));
        assertEquals("", decide(rules, "198.18.0.1:23", curl));
        assertEquals("rule 2", decide(rules, "198.18.0.1:23", alice));
        assertEquals("", decide(rules, "192.0.2.1:23", alice));
    }

    @Test
    void shouldCautionWhenSuchAFlowIsNeverCaptured() {
        Settings settings = Reports.of(Reports.GOOD).settings();
        assertEquals("capture.exclude names 198.51.100.7: in truth no rule is asked", caution(settings, Protocol.TCP, "198.51.100.7:80"));
        assertEquals("10.1.2.3:1080 is an upstream of ours, which is never captured: in truth no rule is asked",
            caution(settings, Protocol.TCP, "10.1.2.3:1080"));
        assertEquals("DHCP is never captured: in truth no rule is asked", caution(settings, Protocol.UDP, "203.0.113.1:67"));
        assertEquals("link-local destinations are never captured: in truth no rule is asked", caution(settings, Protocol.UDP, "[fe80::1]:80"));
        assertEquals("", caution(settings, Protocol.TCP, "203.0.113.1:67"));
    }

    private static String caution(Settings settings, Protocol protocol, String destination) {
        return settings.explain(protocol, Endpoint.parse(destination), null).caution();
    }

    private static String decide(RuleSet rules, String to, Owner owner) {
        Endpoint destination = Endpoint.parse(to);
        return rules.decide(Protocol.TCP, destination.address().high(), destination.address().low(), destination.port(), owner, 0).rule();
    }

    @Test
    void shouldReadTheSameWhenItsOwnPrintIsRead() {
        String fewer = Reports.GOOD.replace("\"loopback\"", "\"auto\"").replace("exclude = [\"198.51.100.0/24\"]", "");
        for (String text : List.of(Reports.GOOD, "", fewer)) {
            ConfigReport first = Reports.of(text);
            ConfigReport second = Reports.of(first.effective());
            assertEquals(List.of(), second.problems());
            assertEquals(List.copyOf(first.settings().upstreams().all()), List.copyOf(second.settings().upstreams().all()));
            assertEquals(withoutUpstreams(first.settings()), withoutUpstreams(second.settings()));
            assertEquals(first.effective().replace("  # default", ""), second.effective());
        }
    }

    private static List<Object> withoutUpstreams(Settings settings) {
        return java.util.Arrays.asList(settings.rules(), settings.capture(), settings.redirect(), settings.stage(), settings.flow(), settings.relay(),
            settings.pipeline(), settings.log(), settings.linux(), settings.windows());
    }

    @Test
    void shouldReportEveryProblemAtOnceInFileOrder() {
        ConfigReport report = Reports.of("""
            on-overload = "no"
            [[upstream]]
            name = "a"
            type = "socks9"
            [[rule]]
            port = 99999
            proces = "x"
            action = "proxy:b"
            [owner]
            timeout = 5
            unknown = "drop"
            [frobnicate]
            """);
        assertTrue(report.hasErrors());
        assertNull(report.effective());
        assertEquals(List.of(1, 2, 4, 6, 7, 8, 10, 11, 12), report.problems().stream().map(Problem::line).toList());
        assertTrue(report.render(false).endsWith("9 errors, 0 warnings\n"), report.render(false));
    }

    @Test
    void shouldShowLineAndCaretWhenRendered() {
        ConfigReport report = Reports.of("[[rule]]\nport = 99999\naction = \"block\"\n");
        assertEquals("""
            error: weir.toml:2:8: rule[1].port = 99999: "99999" is not a port (0–65535); write ports and ranges of 0–65535, as in "80,443,8000-8100"
                2 | port = 99999
                  |        ^^^^^
            1 error, 0 warnings
            """, report.render(false));
        assertTrue(report.render(true).contains("\u001b[31merror\u001b[0m"), report.render(true));
    }

    @Test
    void shouldCountColumnsInCharactersWhenTextIsNotAscii() {
        ConfigReport report = Reports.of("[[rule]]\nany = [ { user = \"\uD83D\uDE00é\" }, { port = \"x\" } ]\naction = \"block\"\n");
        assertEquals(35, report.problems().get(0).column(), report.problems().toString());
    }

    @Test
    void shouldAcceptByteOrderMarkAndWindowsLineEndsWhenEditedThere() throws IOException {
        Path file = folder.resolve("weir.toml");
        Files.writeString(file, "\ufeff" + Reports.GOOD.replace("\n", "\r\n"));
        ConfigReport report = SettingsReader.read(file, PathStyle.UNIX, Reports.ENVIRONMENT);
        assertEquals(List.of(), report.problems());
        Files.writeString(file, "# x\r\n[owner]\r\ntimeout = 1\r\n");
        Problem problem = SettingsReader.read(file, PathStyle.UNIX, Map.of()).problems().get(0);
        assertEquals("3:11", problem.line() + ":" + problem.column());
    }

    @Test
    void shouldReportTheFileWhenItCannotBeRead() throws IOException {
        assertProblem(folder.resolve("none.toml"), "does not exist");
        assertProblem(folder, "it is a folder");
        Path latin = folder.resolve("latin.toml");
        Files.write(latin, "# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertProblem(latin, "not UTF-8");
        Path large = folder.resolve("large.toml");
        Files.writeString(large, "#".repeat(5 << 20));
        assertProblem(large, "larger than 4 MiB");
    }

    private static void assertProblem(Path file, String message) {
        ConfigReport report = SettingsReader.read(file);
        assertEquals(1, report.problems().size());
        assertTrue(report.problems().get(0).message().contains(message), report.problems().toString());
        assertEquals(0, report.problems().get(0).line());
        assertTrue(report.render(false).startsWith("error: " + file + ": "), report.render(false));
    }

    @Test
    void shouldMatchWindowsPathsWhenStyleIsWindows() {
        String text = "[[rule]]\nprocess = ['C:\\Program Files\\**\\firefox.exe', \"Chrome.EXE\"]\naction = \"block\"\n";
        RuleSet rules = Reports.of(text, PathStyle.WINDOWS).settings().rules();
        assertEquals("rule 1", decide(rules, "198.18.0.1:80", new Owner(1, 1, "c:\\program files\\Mozilla\\Firefox.exe", "Firefox.exe", "")));
        assertEquals("rule 1", decide(rules, "198.18.0.1:80", new Owner(1, 1, "D:\\x\\chrome.exe", "chrome.exe", "")));
        assertFalse(Reports.of(text, PathStyle.UNIX).hasErrors());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "PATH has colons, and a program may be called by a link, on Unix only")
    void shouldWarnWhenAProgramIsALink() throws IOException {
        Path real = Files.createFile(folder.toRealPath().resolve("nc.openbsd"));
        assertTrue(real.toFile().setExecutable(true));
        Path link = Files.createSymbolicLink(folder.toRealPath().resolve("nc"), real);
        Map<String, String> environment = Map.of("PATH", "relative:" + folder.toRealPath());
        for (String name : List.of("nc", link.toString())) {
            String text = "[[rule]]\nprocess = [\"nc.openbsd\", \"" + name + "\"]\naction = \"block\"\n";
            ConfigReport report = SettingsReader.read("weir.toml", text, folder, PathStyle.UNIX, environment);
            assertEquals(1, report.problems().size(), report.problems().toString());
            assertTrue(report.problems().get(0).message().contains("is a link"), report.problems().toString());
            assertNotNull(report.settings());
        }
    }
}
