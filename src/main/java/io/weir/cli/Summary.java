package io.weir.cli;

import io.weir.app.Weir;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.metrics.DropReason;
import java.io.PrintWriter;
import java.util.Locale;

/** What {@code run} says at its end: every counter that is not zero. */
final class Summary {

    private Summary() {
    }

    static void print(Console console, Weir weir) {
        PrintWriter err = console.err();
        Counters counters = weir.counters();
        err.println(console.bold("weir stopped") + console.faint("  everything is as it was before"));
        for (Counter counter : Counter.values()) {
            line(console, counter.label(), counters.get(counter), counter.meaning());
        }
        for (DropReason reason : DropReason.values()) {
            line(console, reason.label(), counters.get(reason), "not sent on: " + reason.meaning());
        }
        err.flush();
    }

    private static void line(Console console, String label, long count, String meaning) {
        if (count != 0) {
            console.err().println(String.format(Locale.ROOT, "  %-24s %12d  ", label, count) + console.faint(meaning));
        }
    }
}
