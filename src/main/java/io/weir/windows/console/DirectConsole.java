package io.weir.windows.console;

import com.sun.jna.Native;

/** {@link ConsoleLibrary} mapped directly. */
final class DirectConsole implements ConsoleLibrary {

    static {
        Native.register(DirectConsole.class, "kernel32");
    }

    @Override
    public native long GetStdHandle(int which);

    @Override
    public native int GetConsoleMode(long handle, long mode);

    @Override
    public native int SetConsoleMode(long handle, int mode);

    @Override
    public native int GetConsoleOutputCP();

    @Override
    public native int SetConsoleOutputCP(int codePage);
}
