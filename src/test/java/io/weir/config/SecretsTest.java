package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.rules.PathStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are found where they are kept, and shown nowhere. */
class SecretsTest {
    private static final String SECRET = "hunter2-and-more";
    private static final String HEAD = "[[upstream]]\nname = \"a\"\ntype = \"socks5\"\naddress = \"192.0.2.1:1080\"\nusername = \"me\"\n";
    private static final String RULE = "[[rule]]\naction = \"proxy:a\"\n";

    @TempDir
    private Path folder;

    private ConfigReport read(String text) {
        return SettingsReader.read("weir.toml", text, folder, PathStyle.UNIX, Map.of("THE_PASSWORD", SECRET));
    }

    @Test
    void shouldTakeThePasswordFromEnvironmentOrFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), SECRET + "\n");
        allow(file, "rw-------");
        for (String reference : List.of("env:THE_PASSWORD", "file:password", "file:" + file.toString().replace('\\', '/'))) {
            ConfigReport report = read(HEAD + "password = \"" + reference + "\"\n" + RULE);
            assertEquals(List.of(), report.problems());
            assertEquals(SECRET, report.settings().upstreams().named("a").credentials().password());
            assertTrue(report.effective().contains(reference), report.effective());
            assertHidden(report);
        }
    }

    /** Where files have such rights; on Windows they have lists of who may what. */
    private static void allow(Path file, String rights) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "who may read a file is not three letters there")
    void shouldWarnWhenEverybodyMayReadTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("password"), SECRET);
        allow(file, "rw-r--r--");
        ConfigReport report = read(HEAD + "password = \"file:password\"\n" + RULE);
        assertEquals(Problem.Severity.WARNING, report.problems().get(0).severity());
        assertTrue(report.problems().get(0).message().contains("everybody may read"), report.problems().toString());
    }

    @Test
    void shouldReportFilesThatHoldNoPassword() throws IOException {
        Files.writeString(folder.resolve("empty"), "\n");
        Files.writeString(folder.resolve("long"), "x".repeat(5000));
        for (String name : List.of("empty", "long", "missing", ".")) {
            ConfigReport report = read(HEAD + "password = \"file:" + name + "\"\n" + RULE);
            assertTrue(report.hasErrors(), name);
            assertEquals("upstream[1].password", report.problems().get(0).key());
        }
    }

    @Test
    void shouldShowNoSecretWhateverIsWrongAroundIt() {
        String plain = "password = \"" + SECRET + "\"\n";
        for (String text : List.of(
            HEAD + plain + RULE,
            HEAD + "pasword = \"" + SECRET + "\"\n" + RULE,
            HEAD + "secret = \"" + SECRET + "\"\n" + RULE,
            HEAD + "key = \"" + SECRET + "\"\n" + RULE,
            HEAD + "password = \"" + SECRET + "\n" + RULE,
            HEAD + "password = \"" + SECRET + "\\q\"\n" + RULE,
            HEAD + "password = " + SECRET + "\n" + RULE,
            HEAD + "password = [\"" + SECRET + "\"]\n" + RULE,
            HEAD + "password = { value = \"" + SECRET + "\" }\n" + RULE,
            HEAD + "password = \"" + SECRET + "\" x\n" + RULE,
            HEAD + plain + plain + RULE,
            HEAD.replace("socks5", "socks4a") + plain + RULE,
            HEAD.replace("username = \"me\"\n", "") + plain + RULE,
            "upstream = [ { name = \"a\", password = \"" + SECRET + "\", type = \"?\" } ]\n" + RULE,
            "upstream = [ { name = \"a\", pw = \"" + SECRET + "\", type = \"?\" } ]\n" + RULE,
            "upstream = { name = \"a\", password = \"" + SECRET + "\" }\n" + RULE,
            plain + RULE,
            "[password]\nx = \"" + SECRET + "\"\n")) {
            ConfigReport report = read(text);
            assertFalse(report.problems().isEmpty(), text);
            assertHidden(report);
        }
    }

    private static void assertHidden(ConfigReport report) {
        String shown = report.problems() + report.render(false) + report.render(true) + report.effective() + report.settings()
            + (report.settings() == null ? "" : report.settings().upstreams().all());
        assertFalse(shown.contains("hunter2"), shown);
    }
}
