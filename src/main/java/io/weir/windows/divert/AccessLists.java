package io.weir.windows.divert;

import com.sun.jna.platform.win32.Advapi32;
import com.sun.jna.platform.win32.Advapi32Util;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.Win32Exception;
import com.sun.jna.platform.win32.WinNT;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What Windows says of files and of people. */
interface AccessLists {

    /** @return null where it cannot be read */
    AccessList of(Path path);

    /** The SID of who runs this process. */
    String self();

    /** A name to show; the SID where there is none. */
    String name(String sid);

    static AccessLists ofWindows() {
        return new AccessLists() {
            @Override
            public AccessList of(Path path) {
                try {
                    return read(Advapi32Util.getFileSecurityDescriptor(path.toFile(), false));
                } catch (Win32Exception | IllegalArgumentException unreadable) { // the latter for kinds of entries JNA does not know
                    return null;
                }
            }

            @Override
            public String self() {
                WinNT.HANDLEByReference token = new WinNT.HANDLEByReference();
                if (!Advapi32.INSTANCE.OpenProcessToken(Kernel32.INSTANCE.GetCurrentProcess(), WinNT.TOKEN_QUERY, token)) {
                    return "";
                }
                try {
                    return Advapi32Util.getTokenAccount(token.getValue()).sidString;
                } catch (Win32Exception unknown) {
                    return "";
                } finally {
                    Kernel32.INSTANCE.CloseHandle(token.getValue());
                }
            }

            @Override
            public String name(String sid) {
                try {
                    return Advapi32Util.getAccountBySid(sid).fqn;
                } catch (Win32Exception unknown) {
                    return sid;
                }
            }
        };
    }

    private static AccessList read(WinNT.SECURITY_DESCRIPTOR_RELATIVE from) {
        String owner = from.getOwner() == null ? "" : from.getOwner().getSidString();
        boolean listed = (from.Control & WinNT.SE_DACL_PRESENT) != 0 && from.Dacl != 0;
        if (!listed) {
            return new AccessList(owner, null);
        }
        List<Grant> grants = new ArrayList<>();
        for (WinNT.ACE_HEADER entry : from.getDiscretionaryACL().getACEs()) {
            if (entry instanceof WinNT.ACCESS_ACEStructure access) {
                grants.add(new Grant(access.getSidString(), entry.AceType == WinNT.ACCESS_ALLOWED_ACE_TYPE, access.Mask,
                    (entry.AceFlags & WinNT.INHERIT_ONLY_ACE) != 0));
            }
        }
        return new AccessList(owner, grants);
    }
}
