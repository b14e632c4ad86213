package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DivertFilesTest {
    private static final String SUM_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // FIPS 180-2
    private static final String SUM_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    Path folder;
    private Pins pins;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve(DivertFiles.DLL), "a");
        Files.writeString(folder.resolve(DivertFiles.DRIVER), "");
        pins = pins("# both\n" + SUM_OF_A + "  WinDivert.dll\n\n" + SUM_OF_NOTHING + " *WinDivert64.sys\n");
    }

    private static Pins pins(String text) throws IOException {
        return Pins.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private EngineException refused(Path where, boolean allowUnpinned) {
        EngineException refused = assertThrows(EngineException.class, () -> DivertFiles.verified(where, allowUnpinned, pins).close());
        assertFalse(refused.remedy().isEmpty());
        return refused;
    }

    @Test
    void shouldTakeFilesWhenTheirSumsArePinned() throws IOException {
        try (DivertFiles files = DivertFiles.verified(folder, false, pins)) {
            assertTrue(files.pinned());
            assertEquals(folder.toRealPath().resolve("WinDivert.dll"), files.library());
        }
    }

    @Test
    void shouldRefuseWhenTheDllIsAnother() throws IOException {
        Files.writeString(folder.resolve(DivertFiles.DLL), "b");
        EngineException refused = refused(folder, false);
        assertTrue(refused.getMessage().contains("3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d, expected " + SUM_OF_A),
            refused.getMessage());
        assertTrue(refused.remedy().contains("--allow-unpinned"), refused.remedy());
    }

    @Test
    void shouldRefuseWhenTheDriverIsAnother() throws IOException {
        Files.writeString(folder.resolve(DivertFiles.DRIVER), "b");
        assertTrue(refused(folder, false).getMessage().contains("WinDivert64.sys is not the official file"));
    }

    @Test
    void shouldTakeOtherFilesWhenAllowed() throws IOException {
        Files.writeString(folder.resolve(DivertFiles.DLL), "b");
        Files.delete(folder.resolve(DivertFiles.DRIVER));
        try (DivertFiles files = DivertFiles.verified(folder, true, pins)) {
            assertFalse(files.pinned());
        }
    }

    @Test
    void shouldSayWhatToFetchWhenAFileIsMissing() throws IOException {
        Files.delete(folder.resolve(DivertFiles.DRIVER));
        EngineException refused = refused(folder, false);
        assertTrue(refused.getMessage().endsWith("WinDivert64.sys is missing"), refused.getMessage());
        assertTrue(refused.remedy().contains("fetch.cmd"), refused.remedy());
        Files.delete(folder.resolve(DivertFiles.DLL));
        assertTrue(refused(folder, true).getMessage().endsWith("WinDivert.dll is missing"));
        assertTrue(refused(folder.resolve("nowhere"), true).getMessage().contains("does not exist"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "links need a privilege on Windows")
    void shouldRefuseWhenAFileIsALink() throws IOException {
        Path elsewhere = Files.move(folder.resolve(DivertFiles.DLL), folder.resolve("other"));
        Files.createSymbolicLink(folder.resolve(DivertFiles.DLL), elsewhere);
        assertTrue(refused(folder, true).getMessage().endsWith("is no plain file"));
    }

    @Test
    void shouldRefuseWhenThePathIsTooLongForTheDll() throws IOException {
        Path deep = folder;
        while (deep.toRealPath().toString().length() < 241) {
            deep = Files.createDirectory(deep.resolve("a-folder-with-a-name-of-forty-characters"));
        }
        assertTrue(refused(deep, true).getMessage().contains("longer than 240 characters"));
    }

    @Test
    void shouldHaveTheSumsOfTheOfficialFilesWhenPacked() throws IOException {
        Pins packed = Pins.ofThisBuild();
        try (InputStream list = Files.newInputStream(Path.of("windivert-bin", "SHA256SUMS"))) {
            Pins listed = Pins.read(list);
            for (String name : new String[] {DivertFiles.DLL, DivertFiles.DRIVER}) {
                assertEquals(64, packed.of(name).length());
                assertEquals(listed.of(name), packed.of(name));
            }
        }
        assertNull(packed.of("WinDivert32.sys"));
    }

    @Test
    void shouldLookInTheCheckoutWhenNoFolderIsNamed() {
        assertEquals(Path.of("windivert-bin").toAbsolutePath(), DivertFiles.besideProgram());
    }
}
