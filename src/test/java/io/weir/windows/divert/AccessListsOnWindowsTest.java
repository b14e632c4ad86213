package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Against real lists. */
@Tag("windows")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "reads access lists: runs on a Windows JVM")
class AccessListsOnWindowsTest {
    private final AccessLists lists = AccessLists.ofWindows();

    @TempDir
    private Path folder;

    @Test
    void shouldKnowWhoRunsThisAndThatHeMayWriteHere() {
        assertTrue(lists.self().matches("S-1-5-[-\\d]+"), lists.self());
        AccessList list = lists.of(folder);
        assertNotNull(list);
        assertTrue(list.grants().stream().anyMatch(grant -> grant.allows() && (grant.mask() & 0x2) != 0), list::toString);
        assertEquals("", lists.name("S-1-5-18").isEmpty() ? "no name" : "");
    }

    @Test
    void shouldFindEverybodyWhoWasLetIn() throws Exception {
        AclFileAttributeView view = Files.getFileAttributeView(folder, AclFileAttributeView.class);
        List<AclEntry> entries = new ArrayList<>(view.getAcl());
        entries.add(AclEntry.newBuilder().setType(AclEntryType.ALLOW).setPermissions(EnumSet.allOf(AclEntryPermission.class))
            .setPrincipal(folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("Everyone")).build());
        view.setAcl(entries);
        assertTrue(lists.of(folder).strangersWith(AccessList.CHANGE_FOLDER, lists.self()).contains(AccessList.EVERYONE), () -> lists.of(folder).toString());
        assertTrue(PlaceCheck.problems(List.of(folder)).get(0).startsWith(folder.toAbsolutePath() + " may be changed by "));
    }

    @Test
    void shouldSayNothingOfWhatIsNotThere() {
        assertEquals(null, lists.of(folder.resolve("nowhere")));
    }
}
