package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code windivert-bin/fetch} with a download of one's own, on a copy of its folder with sums of stand-ins. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "a bash script")
class FetchScriptTest {
    private static final byte[] DLL = "library".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DRIVER = "driver".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;
    private Path bin;
    private Path download;
    private String said;

    @BeforeEach
    void copyScript() throws Exception {
        bin = Files.createDirectory(folder.resolve("bin"));
        download = Files.createDirectory(folder.resolve("download"));
        Files.copy(Path.of("windivert-bin/fetch"), bin.resolve("fetch"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("windivert-bin/VERSION"), bin.resolve("VERSION"));
        Files.writeString(bin.resolve("SHA256SUMS"), sum(DLL) + "  WinDivert.dll\n" + sum(DRIVER) + "  WinDivert64.sys\n");
    }

    private static String sum(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private int fetch(Path... from) throws Exception {
        List<String> command = new ArrayList<>(List.of(bin.resolve("fetch").toString()));
        for (Path each : from) {
            command.add(each.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }

    private void put(byte[] dll, byte[] driver) throws IOException {
        Files.write(download.resolve("WinDivert.dll"), dll);
        Files.write(download.resolve("WinDivert64.sys"), driver);
    }

    private boolean isThere() {
        return Files.exists(bin.resolve("WinDivert.dll")) || Files.exists(bin.resolve("WinDivert64.sys"));
    }

    @Test
    void shouldTakeFilesWhenTheirSumsAreRight() throws Exception {
        put(DLL, DRIVER);
        assertEquals(0, fetch(download), () -> said);
        assertEquals("library", Files.readString(bin.resolve("WinDivert.dll")));
        assertEquals("driver", Files.readString(bin.resolve("WinDivert64.sys")));
        assertEquals(0, fetch(), () -> said);
        assertTrue(said.contains("here already"), said);
    }

    @Test
    void shouldTakeTheRightFilesWhenTheArchiveHasOthersToo() throws Exception {
        Path archive = folder.resolve("WinDivert.zip");
        try (OutputStream out = Files.newOutputStream(archive); ZipOutputStream zip = new ZipOutputStream(out)) {
            add(zip, "W/x64/WinDivert.dll", DLL);
            add(zip, "W/x64/WinDivert64.sys", DRIVER);
            add(zip, "W/x86/WinDivert.dll", DRIVER);
            add(zip, "W/x86/WinDivert64.sys", DRIVER);
        }
        assertEquals(0, fetch(archive), () -> said);
        assertEquals("library", Files.readString(bin.resolve("WinDivert.dll")));
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    @Test
    void shouldRefuseAndLeaveEverythingWhenASumIsWrong() throws Exception {
        put(DRIVER, DRIVER);
        assertEquals(1, fetch(download));
        assertTrue(said.contains("not the official files") && said.contains(sum(DRIVER) + "  WinDivert.dll"), said);
        assertFalse(isThere());
    }

    @Test
    void shouldRefuseWhenAFileIsMissing() throws Exception {
        Files.write(download.resolve("WinDivert.dll"), DLL);
        assertEquals(1, fetch(download));
        assertTrue(said.contains("WinDivert64.sys is not in"), said);
        assertFalse(isThere());
    }

    @Test
    void shouldRefuseWhenTheDownloadIsNoArchive() throws Exception {
        assertEquals(1, fetch(bin.resolve("VERSION")));
        assertTrue(said.contains("is no archive"), said);
    }
}
