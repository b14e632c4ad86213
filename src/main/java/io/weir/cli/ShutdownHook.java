package io.weir.cli;

import io.weir.app.Weir;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Stops Weir in order when the process is told to end, and ends it with 0: stopping is what was asked for. A stop that takes too long prints
 * every stack and ends the process by force.
 */
final class ShutdownHook {
    private static final long PATIENCE_MS = 10_000;

    private final Weir weir;
    private final Console console;
    private final Thread hook = new Thread(this::stopAndEnd, "weir-shutdown");
    private boolean stopped;

    private ShutdownHook(Weir weir, Console console) {
        this.weir = weir;
        this.console = console;
    }

    static ShutdownHook install(Weir weir, Console console) {
        ShutdownHook hook = new ShutdownHook(weir, console);
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    /** Closes Weir and prints its summary; once. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        Thread watchdog = new Thread(this::giveUp, "weir-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        weir.close();
        watchdog.interrupt();
        Summary.print(console, weir);
        console.err().flush();
    }

    private void stopAndEnd() {
        stop();
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private void giveUp() {
        try {
            Thread.sleep(PATIENCE_MS);
        } catch (InterruptedException stoppedInTime) {
            return;
        }
        PrintWriter err = console.err();
        err.println("weir: did not stop within " + PATIENCE_MS / 1000 + " s; every thread:");
        for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
            err.println(thread.getKey());
            for (StackTraceElement frame : thread.getValue()) {
                err.println("    at " + frame);
            }
        }
        err.flush();
        Runtime.getRuntime().halt(ExitCode.INTERNAL.number());
    }

    /** The process goes on without Weir. */
    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook runs: it does what is left
        }
    }
}
