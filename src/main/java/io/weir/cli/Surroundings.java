package io.weir.cli;

import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;

/**
 * What a command finds around it; a test brings its own.
 *
 * @param in       standard input
 * @param terminal whether {@code err} is a terminal that shows colours
 * @param platform how to capture on this machine
 * @param restore  puts the terminal back as it was found; harmless twice
 */
record Surroundings(InputStream in, PrintWriter out, PrintWriter err, boolean terminal, PlatformChoice platform, Runnable restore) {

    Surroundings(PrintWriter out, PrintWriter err, boolean terminal, PlatformChoice platform) {
        this(InputStream.nullInputStream(), out, err, terminal, platform, () -> { });
    }

    /** Those of a process. Once. */
    static Surroundings ofProcess() {
        Terminal terminal = Terminal.ofProcess();
        return new Surroundings(System.in, writer(System.out), writer(System.err), terminal.coloured(), Platforms::here, terminal.restore());
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Terminal.charset()), true);
    }
}
