package io.weir.windows.divert;

/** The exports of {@code kernel32.dll} that overlapped calls need, with their own names; conventions as {@link WinDivertLibrary}. */
interface Kernel32Library {
    int WAIT_TIMEOUT = 258;

    /** @param attributes 0 @param name 0 @return the handle; 0 when it failed */
    long CreateEventW(long attributes, int manualReset, int initialState, long name);

    int SetEvent(long event);

    int ResetEvent(long event);

    /** @param handles address of so many handles @return index of one that is set, {@link #WAIT_TIMEOUT}, or −1 */
    int WaitForMultipleObjects(int count, long handles, int all, int milliseconds);

    /** @param transferred address of an int @return 0 and error 996 while it is pending; 0 and the call's error when it failed */
    int GetOverlappedResult(long file, long overlapped, long transferred, int wait);

    /** Has a pending call end as soon as it can; it may still end well. @return 0 when there is none */
    int CancelIoEx(long file, long overlapped);

    int CloseHandle(long handle);

    /** As {@link WinDivertLibrary#lastError}. */
    int lastError();
}
