package io.weir.cli;

import io.weir.app.Monitor;
import io.weir.app.Platform;
import io.weir.app.StartException;
import io.weir.config.Settings;
import io.weir.engine.EngineException;
import io.weir.stage.FlowReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code weir monitor}: the verdicts of a run, live, while every packet goes its own way. */
@Command(name = "monitor", description = "Show what would happen to each new connection, and why; nothing is touched.",
    mixinStandardHelpOptions = true)
final class MonitorCommand implements Callable<Integer> {
    private static final long TURN_MS = 100;
    private static final long PRINTING_MS = 2_000;

    private final Surroundings surroundings;
    /** The last line has been printed. */
    private final CountDownLatch printed = new CountDownLatch(1);

    @ParentCommand
    private WeirCommand parent;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--seconds", paramLabel = "N", description = "End after N seconds; else with Ctrl-C.")
    private long seconds = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print JSON: an object a line, the last one with the counts.")
    private boolean json;

    @Option(names = "--allow-unpinned", description = "Windows: load a WinDivert that is not the official build, too.")
    private boolean allowUnpinned;

    MonitorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Console console = parent.console(surroundings);
        if (seconds <= 0) {
            throw new CommandFailure(ExitCode.USAGE, "--seconds must be greater than 0", "");
        }
        Settings settings = ConfigurationFile.read(file, console);
        Platform platform = surroundings.platform().of(settings, allowUnpinned);
        LogSetup.use(settings.log(), console.coloured());
        try (Monitor monitor = new Monitor(settings, platform)) {
            ShutdownHook hook = ShutdownHook.install(() -> close(monitor), platform.stopWithinMs(), console, surroundings.restore());
            try {
                String engine = start(monitor);
                console.err().println(console.bold("weir monitor") + console.faint("  " + file + ", " + engine
                    + (seconds == Long.MAX_VALUE ? "; Ctrl-C ends it" : "") + "; nothing is touched"));
                watch(monitor, json ? new MonitorJson(console) : new MonitorTable(console));
            } finally {
                printed.countDown();
                hook.stop();
                hook.remove();
            }
            check(monitor.problem());
            return ExitCode.OK.number();
        }
    }

    private static void check(Throwable problem) {
        if (problem instanceof EngineException known) {
            throw new CommandFailure(ExitCode.ENGINE, "watching failed: " + known.getMessage(), known.remedy());
        }
        if (problem != null) {
            throw new CommandFailure(ExitCode.INTERNAL, "watching failed: " + problem, "report this");
        }
    }

    private static String start(Monitor monitor) {
        try {
            return monitor.start();
        } catch (StartException problem) {
            throw RunCommand.failure(problem);
        }
    }

    private void watch(Monitor monitor, MonitorReport report) throws InterruptedException {
        long startNs = System.nanoTime();
        while (!monitor.ended() && (System.nanoTime() - startNs) / 1_000_000_000L < seconds) {
            FlowReport flow = monitor.next(TURN_MS);
            if (flow != null) {
                report.flow(flow);
            }
        }
        monitor.close();
        for (FlowReport flow = monitor.next(0); flow != null; flow = monitor.next(0)) {
            report.flow(flow);
        }
        report.end(System.nanoTime() - startNs, monitor.counters());
    }

    /** For the hook: it ends the process, so it waits for the last line. */
    private void close(Monitor monitor) {
        monitor.close();
        try {
            printed.await(PRINTING_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
