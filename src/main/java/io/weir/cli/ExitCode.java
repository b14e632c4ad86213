package io.weir.cli;

import java.util.Locale;

/** What a command tells its caller; the numbers are part of the interface and never change. */
enum ExitCode {
    OK(0, "done; for run and monitor: stopped in order, by Ctrl-C or a signal"),
    INTERNAL(1, "an error in Weir itself; the log has a stack trace"),
    USAGE(2, "the command line was not understood"),
    INVALID(3, "the configuration or a capture file is not valid; nothing was started"),
    ENGINE(4, "no rights, no kernel support, something Weir needs is taken, or capturing failed for good"),
    SERVICE(5, "the service could not be installed, started or stopped"),
    UPSTREAM(6, "an upstream could not be reached, where a command tests one"),
    NOT_RUNNING(7, "no Weir is running that could answer");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    int number() {
        return number;
    }

    String meaning() {
        return meaning;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
