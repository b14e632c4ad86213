package io.weir.windows.console;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The console of this process, where it has one: shows UTF-8 and understands escape sequences until {@link #close}, which makes it as it was
 * found. Where the streams are redirected nothing is changed. Not for several threads at once.
 */
public final class WindowsConsole implements AutoCloseable {
    private static final int[] OUTPUT_AND_ERROR = {-11, -12};
    private static final int PROCESSED_OUTPUT = 1;
    private static final int VIRTUAL_TERMINAL = 4;
    private static final int UTF_8 = 65001;

    private final ConsoleLibrary library;
    private final long[] handle = new long[OUTPUT_AND_ERROR.length];
    private final int[] mode = new int[OUTPUT_AND_ERROR.length];
    private final boolean[] changed = new boolean[OUTPUT_AND_ERROR.length];
    private int codePage;
    private boolean coloured = true;

    private WindowsConsole(ConsoleLibrary library) {
        this.library = library;
    }

    /** That of this process. */
    public static WindowsConsole open() {
        return open(new DirectConsole());
    }

    static WindowsConsole open(ConsoleLibrary library) {
        WindowsConsole console = new WindowsConsole(library);
        boolean any = false;
        for (int i = 0; i < OUTPUT_AND_ERROR.length; i++) {
            any |= console.prepare(i);
        }
        console.coloured &= any;
        int found = any ? library.GetConsoleOutputCP() : 0;
        if (found != 0 && found != UTF_8 && library.SetConsoleOutputCP(UTF_8) != 0) {
            console.codePage = found;
        }
        return console;
    }

    /** @return whether the stream goes to a console */
    private boolean prepare(int stream) {
        ByteBuffer answer = ByteBuffer.allocateDirect(4).order(ByteOrder.LITTLE_ENDIAN);
        handle[stream] = library.GetStdHandle(OUTPUT_AND_ERROR[stream]);
        if (library.GetConsoleMode(handle[stream], Pointer.nativeValue(Native.getDirectBufferPointer(answer))) == 0) {
            return false; // redirected, or there is none
        }
        mode[stream] = answer.getInt(0);
        int wanted = mode[stream] | PROCESSED_OUTPUT | VIRTUAL_TERMINAL;
        if (wanted != mode[stream]) {
            changed[stream] = library.SetConsoleMode(handle[stream], wanted) != 0;
            coloured &= changed[stream];
        }
        return true;
    }

    /** Is there a console, and does it understand escape sequences (since Windows 10)? */
    public boolean coloured() {
        return coloured;
    }

    /** Idempotent. */
    @Override
    public void close() {
        for (int i = 0; i < handle.length; i++) {
            if (changed[i]) {
                changed[i] = false;
                library.SetConsoleMode(handle[i], mode[i]);
            }
        }
        if (codePage != 0) {
            library.SetConsoleOutputCP(codePage);
            codePage = 0;
        }
    }
}
