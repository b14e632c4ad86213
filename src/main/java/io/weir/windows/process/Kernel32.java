package io.weir.windows.process;

import com.sun.jna.Native;

/** What is asked of kernel32, by JNA direct mapping with int and long arguments only. Addresses and handles are longs: 64-bit Windows only. */
final class Kernel32 {
    static final int PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
    static final int SYNCHRONIZE = 0x100000;

    static {
        Native.register(Kernel32.class, "kernel32");
    }

    private Kernel32() {
    }

    static native long OpenProcess(int access, int inherit, int processId);

    static native int CloseHandle(long handle);

    static native int WaitForSingleObject(long handle, int milliseconds);

    static native int GetProcessTimes(long process, long creation, long exit, long kernel, long user);

    static native int QueryFullProcessImageNameW(long process, int flags, long text, long length);

    static native int GetLongPathNameW(long shortPath, long longPath, int capacity);

    static native int QueryDosDeviceW(long name, long target, int capacity);

    static native int QueryPerformanceCounter(long value);

    static native int QueryPerformanceFrequency(long value);

    static native void GetSystemTimePreciseAsFileTime(long value);

    /** The calling thread's last error; JNA keeps it for each call, a mapped GetLastError would read its own. */
    static int lastError() {
        return Native.getLastError();
    }
}
