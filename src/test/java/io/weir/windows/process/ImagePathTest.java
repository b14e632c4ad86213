package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagePathTest {
    private static final Map<String, String> DRIVES = Map.of("C:", "\\Device\\HarddiskVolume1", "D:", "\\Device\\HarddiskVolume12");

    @ParameterizedTest
    @CsvSource({
        "\\Device\\HarddiskVolume1\\Windows\\x.exe, C:\\Windows\\x.exe",
        "\\Device\\HarddiskVolume12\\x.exe, D:\\x.exe",
        "\\device\\harddiskvolume12\\x.exe, D:\\x.exe",
        "\\Device\\HarddiskVolume2\\x.exe, \\Device\\HarddiskVolume2\\x.exe",
        "\\Device\\Mup\\server\\share\\x.exe, \\\\server\\share\\x.exe",
    })
    void shouldNameTheDriveWhenThePathNamesTheDevice(String path, String expected) {
        assertEquals(expected, ImagePath.withDrive(path, DRIVES));
    }

    @ParameterizedTest
    @CsvSource({
        "\\\\?\\C:\\x.exe, C:\\x.exe",
        "\\??\\C:\\x.exe, C:\\x.exe",
        "\\\\?\\UNC\\server\\share\\x.exe, \\\\server\\share\\x.exe",
        "C:\\x.exe, C:\\x.exe",
    })
    void shouldDropPrefixesThatOnlySayHowToRead(String path, String expected) {
        assertEquals(expected, ImagePath.plain(path));
    }

    @Test
    void shouldTellShortNames() {
        assertTrue(ImagePath.mayBeShort("C:\\PROGRA~1\\x.exe"));
        assertTrue(ImagePath.mayBeShort("C:\\a~b\\LONGNA~2.EXE"));
        assertFalse(ImagePath.mayBeShort("C:\\Program Files\\x~.exe"));
        assertFalse(ImagePath.mayBeShort("C:\\~user\\x.exe"));
    }

    @Test
    void shouldTakeTheLastPartAndTheLetterAsUsuallyShown() {
        assertEquals("x.exe", ImagePath.lastPart("C:\\a\\x.exe"));
        assertEquals("Registry", ImagePath.lastPart("Registry"));
        assertEquals("C:\\a", ImagePath.withUpperDrive("c:\\a"));
        assertEquals("\\\\server\\a", ImagePath.withUpperDrive("\\\\server\\a"));
        assertEquals("", ImagePath.withUpperDrive(""));
    }

    @Test
    void shouldWriteASecurityIdentifierAsText() {
        assertEquals("S-1-5-18", SidText.of(new byte[] {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}));
        assertEquals("S-1-5-21-4294967295-1", SidText.of(new byte[] {1, 3, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, -1, -1, -1, -1, 1, 0, 0, 0}));
        assertEquals("", SidText.of(new byte[3]));
    }
}
