package io.weir.cli;

import io.weir.app.Platform;
import io.weir.app.StartException;
import io.weir.app.StartStage;
import io.weir.app.Weir;
import io.weir.config.Settings;
import io.weir.engine.EngineException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code weir run}: diverts until it is interrupted. */
@Command(name = "run", description = "Divert connections until interrupted (Ctrl-C).", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private WeirCommand parent;

    @Option(names = {"-c", "--config"}, required = true, paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--allow-unpinned", description = "Windows: load a WinDivert that is not the official build, too.")
    private boolean allowUnpinned;

    RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Console console = parent.console(surroundings);
        Settings settings = ConfigurationFile.read(file, console);
        Platform platform = surroundings.platform().of(settings, allowUnpinned);
        LogSetup.use(settings.log(), console.coloured());
        Weir weir = new Weir(settings, platform);
        ShutdownHook hook = ShutdownHook.install(() -> {
            weir.close();
            Summary.print(console, weir);
        }, platform.stopWithinMs(), console, surroundings.restore());
        try {
            if (start(weir)) {
                Banner.print(console, file, settings, weir.facts());
            }
            Throwable problem = weir.awaitEnd();
            hook.stop();
            return (problem == null ? ExitCode.OK : problem instanceof EngineException ? ExitCode.ENGINE : ExitCode.INTERNAL).number();
        } finally {
            hook.remove();
        }
    }

    private static boolean start(Weir weir) {
        try {
            return weir.start();
        } catch (StartException problem) {
            weir.close();
            throw failure(problem);
        }
    }

    static CommandFailure failure(StartException problem) {
        return new CommandFailure(codeOf(problem.stage()), problem.stage().doing() + " failed: " + problem.getMessage(), problem.remedy());
    }

    private static ExitCode codeOf(StartStage stage) {
        return switch (stage) {
            case RELAY, OWNERS, ENGINE, SELF_TEST -> ExitCode.ENGINE;
            case PIPELINE -> ExitCode.INTERNAL;
        };
    }
}
