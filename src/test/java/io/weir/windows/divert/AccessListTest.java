package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists as {@code icacls} shows them on Windows 10 and 11, and such as somebody has made a mess of. */
class AccessListTest {
    private static final String AUTHENTICATED = "S-1-5-11";
    private static final String SELF = "S-1-5-21-1-2-3-1001";
    private static final String OTHER = "S-1-5-21-1-2-3-1002";
    private static final int FULL = 0x1f01ff;
    private static final int MODIFY = 0x1301bf;
    private static final int READ = 0x1200a9;
    private static final int ADD_FOLDER = 0x4;

    private static Grant allow(String sid, int mask) {
        return new Grant(sid, true, mask, false);
    }

    private static List<String> folder(Grant... grants) {
        return new AccessList(AccessList.ADMINISTRATORS, List.of(grants)).strangersWith(AccessList.CHANGE_FOLDER, SELF);
    }

    @Test
    void shouldFindNobodyBelowProgramFiles() {
        assertEquals(List.of(), folder(allow("S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", FULL), allow(AccessList.SYSTEM, MODIFY),
            allow(AccessList.ADMINISTRATORS, MODIFY), allow(AccessList.USERS, READ), new Grant("S-1-3-0", true, 0x1000_0000, true),
            allow("S-1-15-2-1", READ)));
    }

    /** What an administrator makes at the top of a disk inherits this. */
    @Test
    void shouldFindEverybodySignedInWhereAFolderWasMadeAtTheTopOfTheDisk() {
        assertEquals(List.of(AUTHENTICATED), folder(allow(AccessList.ADMINISTRATORS, FULL), allow(AccessList.SYSTEM, FULL), allow(AccessList.USERS, READ),
            allow(AUTHENTICATED, MODIFY)));
    }

    /** Everybody may make folders there, and what they may in those is inherited only. */
    @Test
    void shouldFindNobodyAboveWhenTheTopOfTheDiskIsAsWindowsMakesIt() {
        AccessList top = new AccessList("S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", List.of(allow(AccessList.ADMINISTRATORS, FULL),
            allow(AccessList.USERS, READ), new Grant(AUTHENTICATED, true, MODIFY, true), allow(AUTHENTICATED, ADD_FOLDER)));
        assertEquals(List.of(), top.strangersWith(AccessList.CHANGE_ABOVE, SELF));
        assertEquals(List.of(), top.strangersWith(AccessList.CHANGE_FOLDER, SELF), "a new folder changes none of ours");
        assertEquals(List.of(AUTHENTICATED), top.strangersWith(AccessList.CHANGE_FILE, SELF), "appending to a file is changing it");
    }

    @ParameterizedTest
    @ValueSource(strings = {SELF, "S-1-5-21-9-8-7-500", "S-1-5-21-9-8-7-512", "S-1-5-21-9-8-7-519"})
    void shouldTakeAdministratorsAndWhoeverRunsWeirForWhatTheyAre(String sid) {
        assertEquals(List.of(), folder(allow(sid, FULL)));
        assertEquals(List.of(), new AccessList(sid, List.of()).strangersWith(AccessList.CHANGE_FOLDER, SELF));
    }

    @ParameterizedTest
    @CsvSource({"S-1-1-0", "S-1-5-11", "S-1-5-32-545", "S-1-5-4", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1002", "S-1-5-32-547", "S-1-5-19"})
    void shouldFindEverybodyElse(String sid) {
        assertEquals(List.of(sid), folder(allow(sid, MODIFY)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x2, 0x40, 0x1_0000, 0x4_0000, 0x8_0000, 0x1000_0000, 0x4000_0000})
    void shouldMindEachRightThatLetsOneExchangeWhatLiesThere(int right) {
        assertEquals(List.of(OTHER), folder(allow(OTHER, right)));
        assertEquals(List.of(), folder(allow(OTHER, READ)));
    }

    @Test
    void shouldFindTheOwnerForHeMayGiveHimselfEveryRight() {
        assertEquals(List.of(OTHER), new AccessList(OTHER, List.of(allow(OTHER, FULL))).strangersWith(AccessList.CHANGE_FILE, SELF));
    }

    @Test
    void shouldFindEverybodyWhereThereIsNoList() {
        assertEquals(List.of(AccessList.EVERYONE), new AccessList(AccessList.SYSTEM, null).strangersWith(AccessList.CHANGE_FILE, SELF));
        assertEquals(List.of(), folder(), "an empty list lets nobody in");
    }

    @Test
    void shouldHeedWhatIsDeniedBefore() {
        assertEquals(List.of(), folder(new Grant(OTHER, false, MODIFY, false), allow(OTHER, MODIFY)));
        assertEquals(List.of(), folder(new Grant(AccessList.EVERYONE, false, FULL, false), allow(OTHER, MODIFY)));
        assertEquals(List.of(OTHER), folder(allow(OTHER, MODIFY), new Grant(OTHER, false, MODIFY, false)), "it comes too late");
        assertEquals(List.of(OTHER), folder(new Grant(OTHER, false, 0x2, false), allow(OTHER, MODIFY)), "the right to delete is left");
    }
}
