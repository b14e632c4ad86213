package io.weir.windows.process;

import com.sun.jna.Native;

/** What only the native interface tells of processes. The results are NTSTATUS codes: negative when the call failed. */
final class Ntdll {
    static final int PROCESS_BASIC_INFORMATION = 0;
    /** Since Windows 8.1. */
    static final int PROCESS_COMMAND_LINE_INFORMATION = 60;
    static final int SYSTEM_PROCESS_INFORMATION = 5;
    static final int STATUS_INFO_LENGTH_MISMATCH = 0xC0000004;

    static {
        Native.register(Ntdll.class, "ntdll");
    }

    private Ntdll() {
    }

    static native int NtQueryInformationProcess(long process, int what, long information, int length, long returned);

    static native int NtQuerySystemInformation(int what, long information, int length, long returned);
}
