package io.weir.windows.console;

import com.sun.jna.platform.win32.Advapi32Util;
import com.sun.jna.platform.win32.Win32Exception;

/** Whether this process has an administrator's rights in full (TokenElevation), or only the name. */
public final class Elevation {

    private Elevation() {
    }

    /** True too where Windows does not say: then the driver will. */
    public static boolean ofThisProcess() {
        try {
            return Advapi32Util.isCurrentProcessElevated();
        } catch (Win32Exception unknown) {
            return true;
        }
    }
}
