package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code windivert-bin\\fetch.cmd} by the real cmd.exe, on a copy of its folder, with stand-ins of curl, tar and certutil: the "SHA-256" of a file is
 * what lies beside it, an archive's content is a folder beside it.
 */
@Tag("windows")
@Timeout(120)
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "a batch file: runs on a Windows JVM")
class FetchCommandTest {
    private static final String RIGHT_DLL = "aaaa1111";
    private static final String RIGHT_DRIVER = "bbbb2222";

    @TempDir
    private Path folder;
    private Path bin;
    private Path tools;
    private Path scratch;
    private String said;

    @BeforeEach
    void copyScript() throws IOException {
        bin = Files.createDirectory(folder.resolve("bin of Weir"));
        tools = Files.createDirectory(folder.resolve("tools"));
        scratch = Files.createDirectory(folder.resolve("scratch"));
        Files.copy(Path.of("windivert-bin", "fetch.cmd"), bin.resolve("fetch.cmd"));
        Files.copy(Path.of("windivert-bin", "VERSION"), bin.resolve("VERSION"));
        Files.writeString(bin.resolve("SHA256SUMS"), RIGHT_DLL + "  WinDivert.dll\n" + RIGHT_DRIVER + "  WinDivert64.sys\n");
        batch("certutil", "echo SHA256 hash of %2:", "type \"%~2.sum\"", "echo CertUtil: -hashfile command completed successfully.");
        batch("curl", "echo %~7>\"" + tools.resolve("asked") + "\"", "if not exist \"" + tools.resolve("web") + "\" exit /b 22", "echo zip>\"%~6\"",
            "mkdir \"%~6.content\"", "copy /y \"" + tools.resolve("web") + "\\*\" \"%~6.content\" >nul");
        batch("tar", "if not exist \"%~2.content\" exit /b 1", "mkdir \"%~4\\WinDivert-2.2.2-A\"", "mkdir \"%~4\\WinDivert-2.2.2-A\\x64\"",
            "copy /y \"%~2.content\\*\" \"%~4\\WinDivert-2.2.2-A\\x64\" >nul");
    }

    private void batch(String name, String... lines) throws IOException {
        Files.writeString(tools.resolve(name + ".cmd"), "@echo off\r\n" + String.join("\r\n", lines) + "\r\n");
    }

    private static Path files(Path where, String dllSum, String driverSum) throws IOException {
        Files.createDirectory(where);
        file(where.resolve("WinDivert.dll"), "library", dllSum);
        if (driverSum != null) {
            file(where.resolve("WinDivert64.sys"), "driver", driverSum);
        }
        return where;
    }

    private static void file(Path file, String content, String sum) throws IOException {
        Files.writeString(file, content);
        Files.writeString(Path.of(file + ".sum"), sum + "\r\n");
    }

    /** @param from what the script is given @return its exit code */
    private int fetch(Path... from) throws Exception {
        List<String> command = new ArrayList<>(List.of(bin.resolve("fetch.cmd").toString()));
        Stream.of(from).map(Path::toString).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
        String path = builder.environment().keySet().stream().filter("path"::equalsIgnoreCase).findFirst().orElse("PATH");
        builder.environment().merge(path, tools.toString(), (others, ours) -> ours + ";" + others);
        builder.environment().put("TEMP", scratch.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int exit = process.waitFor();
        try (Stream<Path> left = Files.list(scratch)) {
            assertEquals(List.of(), left.toList(), "what it needed meanwhile is still there");
        }
        return exit;
    }

    private void assertTaken(int exit) throws IOException {
        assertEquals(0, exit, said);
        assertTrue(said.contains("fetch: WinDivert 2.2.2 is here, its SHA-256 right"), said);
        assertEquals("library", Files.readString(bin.resolve("WinDivert.dll")));
        assertEquals("driver", Files.readString(bin.resolve("WinDivert64.sys")));
    }

    private void assertRefused(int exit, String why) {
        assertEquals(1, exit, said);
        assertTrue(said.contains(why), said);
        assertFalse(Files.exists(bin.resolve("WinDivert.dll")) || Files.exists(bin.resolve("WinDivert64.sys")), "something was copied");
    }

    @Test
    void shouldTakeFilesWhenTheirSumsAreRight() throws Exception {
        assertTaken(fetch(files(folder.resolve("my download"), RIGHT_DLL, RIGHT_DRIVER)));
    }

    @Test
    void shouldTakeFilesFromAnArchive() throws Exception {
        Path archive = Files.writeString(folder.resolve("WinDivert-2.2.2-A.zip"), "zip");
        files(Path.of(archive + ".content"), RIGHT_DLL, RIGHT_DRIVER);
        assertTaken(fetch(archive));
    }

    @Test
    void shouldDownloadUpstreamsArchiveWhenGivenNothing() throws Exception {
        files(tools.resolve("web"), RIGHT_DLL, RIGHT_DRIVER);
        assertTaken(fetch());
        assertEquals("https://github.com/basil00/WinDivert/releases/download/v2.2.2/WinDivert-2.2.2-A.zip",
            Files.readString(tools.resolve("asked")).strip());
    }

    @Test
    void shouldSayWhereToGetItWhenTheDownloadFails() throws Exception {
        assertRefused(fetch(), "the download failed; get WinDivert-2.2.2-A.zip from https://reqrypt.org/windivert.html, then: fetch.cmd FILE");
    }

    @Test
    void shouldRefuseWhenASumIsWrong() throws Exception {
        assertRefused(fetch(files(folder.resolve("download"), RIGHT_DLL, "cccc3333")),
            "the SHA-256 of WinDivert64.sys is cccc3333, expected " + RIGHT_DRIVER + "; nothing was changed");
    }

    @Test
    void shouldRefuseWhenAFileIsMissing() throws Exception {
        assertRefused(fetch(files(folder.resolve("download"), RIGHT_DLL, null)), "WinDivert64.sys is not in ");
    }

    @Test
    void shouldRefuseWhatIsNoArchive() throws Exception {
        assertRefused(fetch(Files.writeString(folder.resolve("notes.txt"), "no archive")), "notes.txt is no archive");
    }
}
