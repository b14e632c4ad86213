package io.weir.windows.divert;

import com.sun.jna.Native;

/** {@link Kernel32Library} by JNA's direct mapping. */
final class DirectKernel32 implements Kernel32Library {

    static {
        Native.register(DirectKernel32.class, "kernel32");
    }

    @Override
    public native long CreateEventW(long attributes, int manualReset, int initialState, long name);

    @Override
    public native int SetEvent(long event);

    @Override
    public native int ResetEvent(long event);

    @Override
    public native int WaitForMultipleObjects(int count, long handles, int all, int milliseconds);

    @Override
    public native int GetOverlappedResult(long file, long overlapped, long transferred, int wait);

    @Override
    public native int CancelIoEx(long file, long overlapped);

    @Override
    public native int CloseHandle(long handle);

    @Override
    public int lastError() {
        return Native.getLastError();
    }
}
