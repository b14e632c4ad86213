package io.weir.cli;

import java.io.PrintWriter;

/** Where a command writes: {@code out} what was asked for, {@code err} the rest; and whether colours are wanted. */
record Console(PrintWriter out, PrintWriter err, boolean coloured) {
    private static final String RESET = "\u001b[0m";

    String bold(String text) {
        return paint("\u001b[1m", text);
    }

    String faint(String text) {
        return paint("\u001b[2m", text);
    }

    String red(String text) {
        return paint("\u001b[31m", text);
    }

    String green(String text) {
        return paint("\u001b[32m", text);
    }

    private String paint(String colour, String text) {
        return coloured ? colour + text + RESET : text;
    }
}
