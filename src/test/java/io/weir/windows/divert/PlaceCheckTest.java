package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceCheckTest {
    private static final String ALICE = "S-1-5-21-1-2-3-1002";
    private static final AccessList CLOSED = new AccessList(AccessList.ADMINISTRATORS, List.of(new Grant(AccessList.ADMINISTRATORS, true, -1, false)));
    private static final AccessList OPEN = new AccessList(AccessList.ADMINISTRATORS, List.of(new Grant(AccessList.USERS, true, 0x1301bf, false),
        new Grant(ALICE, true, 0x1301bf, false)));

    @TempDir
    private Path folder;
    private Path jar;
    private Path driver;
    private final Map<Path, AccessList> lists = new HashMap<>();

    @BeforeEach
    void makePlaces() throws IOException {
        jar = Files.createDirectories(folder.resolve("weir/app"));
        driver = Files.createDirectories(folder.resolve("weir/windivert-bin"));
        Files.createFile(jar.resolve("weir.jar"));
        Files.createFile(jar.resolve("notes.txt"));
        Files.createFile(driver.resolve("WinDivert64.sys"));
    }

    private List<String> problems() {
        return new PlaceCheck(new AccessLists() {
            @Override
            public AccessList of(Path path) {
                return lists.getOrDefault(path, CLOSED);
            }

            @Override
            public String self() {
                return "S-1-5-21-1-2-3-1001";
            }

            @Override
            public String name(String sid) {
                return sid.equals(AccessList.USERS) ? "BUILTIN\\Users" : sid;
            }
        }).look(List.of(jar, driver));
    }

    @Test
    void shouldSayNothingWhenOnlyAdministratorsMayWrite() {
        lists.put(jar.resolve("notes.txt"), OPEN);
        assertEquals(List.of(), problems());
    }

    @Test
    void shouldNameTheFolderWhoMayWriteAndTheCommandThatMendsIt() {
        lists.put(driver, OPEN);
        lists.put(driver.resolve("WinDivert64.sys"), OPEN);
        assertEquals(List.of(driver + " may be changed by BUILTIN\\Users, " + ALICE + ", and Weir runs what lies there with an administrator's rights. "
            + "As administrator: icacls \"" + driver + "\" /setowner *S-1-5-32-544 and icacls \"" + driver + "\" /inheritance:r /remove *S-1-5-32-545 *"
            + ALICE + " /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX"), problems());
    }

    @Test
    void shouldLookAtTheFilesWhenTheirFolderIsClosed() {
        lists.put(jar.resolve("weir.jar"), OPEN);
        List<String> problems = problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).startsWith(jar.resolve("weir.jar") + " may be changed by "), problems::toString);
        assertTrue(problems.get(0).endsWith("*S-1-5-18:F *S-1-5-32-544:F *S-1-5-32-545:RX"), problems::toString);
    }

    @Test
    void shouldSayOnceThatAFolderAboveIsOpen() {
        lists.put(folder.resolve("weir"), OPEN);
        List<String> problems = problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).endsWith("Move Weir to where only administrators may write: below C:\\Program Files"), problems::toString);
    }

    @Test
    void shouldSayNothingOfWhatItMayNotRead() {
        lists.put(jar, null);
        assertEquals(List.of(), problems());
    }
}
