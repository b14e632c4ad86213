package io.weir.windows.process;

import com.sun.jna.Native;

/** Accounts and services, by JNA direct mapping with int and long arguments only. */
final class Advapi32 {
    static final int TOKEN_QUERY = 0x0008;
    static final int TOKEN_USER = 1;
    static final int SC_MANAGER_ENUMERATE_SERVICE = 0x0004;
    static final int SERVICE_WIN32 = 0x30;
    static final int SERVICE_ACTIVE = 1;

    static {
        Native.register(Advapi32.class, "advapi32");
    }

    private Advapi32() {
    }

    static native int OpenProcessToken(long process, int access, long token);

    static native int GetTokenInformation(long token, int what, long information, int length, long returned);

    static native int LookupAccountSidW(long system, long sid, long name, long nameLength, long domain, long domainLength, long kind);

    static native long OpenSCManagerW(long machine, long database, int access);

    static native int EnumServicesStatusExW(long manager, int level, int type, int state, long services, int length, long needed, long returned,
                                            long resume, long group);

    static native int CloseServiceHandle(long handle);
}
