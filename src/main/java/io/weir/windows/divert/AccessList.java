package io.weir.windows.divert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may do what to a file or folder.
 *
 * @param owner  its SID; he may give himself every right
 * @param grants in order; null: there is no list, and everybody may do everything
 */
record AccessList(String owner, List<Grant> grants) {
    static final String EVERYONE = "S-1-1-0";
    static final String SYSTEM = "S-1-5-18";
    static final String ADMINISTRATORS = "S-1-5-32-544";
    static final String USERS = "S-1-5-32-545";
    private static final String TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";
    /** Stand for whoever the owner is, who is looked at by himself. */
    private static final String CREATOR_OWNER = "S-1-3-0";
    private static final String OWNER_RIGHTS = "S-1-3-4";
    private static final Set<String> ADMINISTRATIVE = Set.of(SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, CREATOR_OWNER, OWNER_RIGHTS);

    private static final int WRITE_DATA = 0x2;
    private static final int APPEND_DATA = 0x4;
    private static final int DELETE_CHILD = 0x40;
    private static final int DELETE = 0x1_0000;
    private static final int WRITE_DAC = 0x4_0000;
    private static final int WRITE_OWNER = 0x8_0000;
    private static final int GENERIC_ALL = 0x1000_0000;
    private static final int GENERIC_WRITE = 0x4000_0000;

    /** Any of these lets one exchange the thing, or what lies in it. */
    static final int REPLACE = DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL;
    static final int CHANGE_FILE = REPLACE | WRITE_DATA | APPEND_DATA | GENERIC_WRITE;
    static final int CHANGE_FOLDER = REPLACE | WRITE_DATA | DELETE_CHILD | GENERIC_WRITE;
    static final int CHANGE_ABOVE = REPLACE | DELETE_CHILD;

    /**
     * Who is no administrator and yet has one of these rights.
     *
     * @param rights one of {@link #CHANGE_FILE}, {@link #CHANGE_FOLDER}, {@link #CHANGE_ABOVE}
     * @param self   who runs this process: may change things without asking us
     */
    List<String> strangersWith(int rights, String self) {
        if (grants == null) {
            return List.of(EVERYONE);
        }
        List<String> out = new ArrayList<>();
        if (isStranger(owner, self)) {
            out.add(owner);
        }
        Map<String, Integer> denied = new HashMap<>();
        for (Grant grant : grants) {
            if (grant.inheritOnly()) {
                continue;
            }
            if (!grant.allows()) {
                denied.merge(grant.sid(), grant.mask(), (one, other) -> one | other);
            } else if (isStranger(grant.sid(), self) && !out.contains(grant.sid())
                && (grant.mask() & rights & ~denied.getOrDefault(grant.sid(), 0) & ~denied.getOrDefault(EVERYONE, 0)) != 0) {
                out.add(grant.sid());
            }
        }
        return out;
    }

    private static boolean isStranger(String sid, String self) {
        return !ADMINISTRATIVE.contains(sid) && !sid.equals(self) && !sid.matches("S-1-5-21-\\d+-\\d+-\\d+-(500|512|519)");
    }
}
