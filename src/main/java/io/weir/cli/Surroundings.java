package io.weir.cli;

import java.io.InputStream;
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

    /** Those of a process. */
    static Surroundings ofProcess() {
        boolean terminal = System.console() != null && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
        return new Surroundings(System.in, new PrintWriter(System.out, true), new PrintWriter(System.err, true), terminal, Platforms::here,
            () -> { });
    }
}
