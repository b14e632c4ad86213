package io.weir.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * Stops in order when the process is told to end, and ends it with 0: stopping is what was asked for. A stop that takes too long prints
 * every stack and ends the process by force.
 */
final class ShutdownHook {
    /** What is done beside stopping: a summary is printed. */
    private static final long BESIDE_MS = 500;

    private final Runnable stopping;
    private final long patienceMs;
    private final Console console;
    private final Runnable restore;
    private final Thread hook = new Thread(this::stopAndEnd, "weir-shutdown");
    private boolean stopped;

    private ShutdownHook(Runnable stopping, long withinMs, Console console, Runnable restore) {
        this.stopping = stopping;
        patienceMs = withinMs + BESIDE_MS;
        this.console = console;
        this.restore = restore;
    }

    /**
     * @param stopping run once
     * @param withinMs what it may take ({@link io.weir.app.Platform#stopWithinMs})
     * @param restore  puts the terminal back, run before the process ends
     */
    static ShutdownHook install(Runnable stopping, long withinMs, Console console, Runnable restore) {
        ShutdownHook hook = new ShutdownHook(stopping, withinMs, console, restore);
        Runtime.getRuntime().addShutdownHook(hook.hook);
        return hook;
    }

    /** Stops; once. */
    synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        Thread watchdog = new Thread(this::giveUp, "weir-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        stopping.run();
        watchdog.interrupt();
        console.out().flush();
        console.err().flush();
    }

    private void stopAndEnd() {
        stop();
        restore.run();
        Runtime.getRuntime().halt(ExitCode.OK.number());
    }

    private void giveUp() {
        try {
            Thread.sleep(patienceMs);
        } catch (InterruptedException stoppedInTime) {
            return;
        }
        PrintWriter err = console.err();
        err.println("weir: did not stop within " + patienceMs + " ms; every thread:");
        for (Map.Entry<Thread, StackTraceElement[]> thread : Thread.getAllStackTraces().entrySet()) {
            err.println(thread.getKey());
            for (StackTraceElement frame : thread.getValue()) {
                err.println("    at " + frame);
            }
        }
        err.flush();
        Runtime.getRuntime().halt(ExitCode.INTERNAL.number());
    }

    /** The process goes on. */
    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // the hook runs: it does what is left
        }
    }
}
