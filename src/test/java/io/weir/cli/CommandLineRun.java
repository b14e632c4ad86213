package io.weir.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One command line run in this process: its exit code and what it wrote, lines ending as on Unix. */
record CommandLineRun(int code, String out, String err) {

    static CommandLineRun of(String... arguments) {
        return on(Platforms::here, false, arguments);
    }

    static CommandLineRun onTerminal(String... arguments) {
        return on(Platforms::here, true, arguments);
    }

    static CommandLineRun on(PlatformChoice platform, boolean terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = WeirCommand.execute(new Surroundings(new PrintWriter(out, true), new PrintWriter(err, true), terminal, platform), arguments);
        return new CommandLineRun(code, out.toString().replace(System.lineSeparator(), "\n"), err.toString().replace(System.lineSeparator(), "\n"));
    }
}
