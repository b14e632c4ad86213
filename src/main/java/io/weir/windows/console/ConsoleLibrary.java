package io.weir.windows.console;

/** The calls of kernel32 about consoles, as in {@code wincon.h}; zero means that the call failed. */
interface ConsoleLibrary {

    long GetStdHandle(int which);

    /** @param mode address of a DWORD */
    int GetConsoleMode(long handle, long mode);

    int SetConsoleMode(long handle, int mode);

    int GetConsoleOutputCP();

    int SetConsoleOutputCP(int codePage);
}
