package io.weir.cli;

import io.weir.windows.console.WindowsConsole;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What this process writes to. On Windows always UTF-8, of which the console is told for as long as a command runs: its own encoding is
 * another than the one Java takes for its.
 */
record Terminal(boolean coloured, Runnable restore) {

    /** The encoding of everything that is written, the log included. */
    static Charset charset() {
        return Platforms.isWindows() ? StandardCharsets.UTF_8 : Charset.defaultCharset();
    }

    /** Once, before anything is written. */
    static Terminal ofProcess() {
        boolean wanted = System.console() != null && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
        if (!Platforms.isWindows()) {
            return new Terminal(wanted, () -> { });
        }
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        try {
            WindowsConsole console = WindowsConsole.open();
            return new Terminal(wanted && console.coloured(), console::close);
        } catch (LinkageError noNativeCalls) {
            return new Terminal(false, () -> { });
        }
    }
}
