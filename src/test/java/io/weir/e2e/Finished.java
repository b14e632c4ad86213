package io.weir.e2e;

import java.time.Duration;

/** What a command that has ended left behind. */
public record Finished(String command, int exit, String out, String err, Duration took) {
    public Finished orFail() {
        if (exit != 0) {
            throw new AssertionError(this);
        }
        return this;
    }

    @Override
    public String toString() {
        return "exit " + exit + " after " + took.toMillis() + " ms\n  stderr: " + err.strip() + "\n  stdout: " + out.strip() + "\n  " + command;
    }
}
