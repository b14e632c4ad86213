package io.weir.cli;

import io.weir.app.LoopForecast;
import io.weir.config.ConfigReport;
import io.weir.config.SettingsReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code weir check}: every problem of a configuration. */
@Command(name = "check", description = "Look a configuration over and list every problem.", mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @ParentCommand
    private WeirCommand parent;

    @Parameters(paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--print", description = "Print the configuration in effect, defaults included, secrets masked.")
    private boolean print;

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ConfigReport report = SettingsReader.read(file);
        surroundings.err().print(report.render(parent.console(surroundings).coloured()));
        if (report.hasErrors()) {
            surroundings.err().println(file + ": not valid; nothing would be started");
            return ExitCode.INVALID.number();
        }
        Stream.concat(report.notes().stream(), LoopForecast.of(report.settings()).stream())
            .forEach(sentence -> surroundings.err().println("note: " + sentence));
        if (print) {
            surroundings.out().print(report.effective());
        } else {
            surroundings.out().println(file + ": valid, " + count(report.settings().rules().rules().size(), "rule") + ", "
                + count(report.settings().upstreams().all().size(), "upstream"));
        }
        return ExitCode.OK.number();
    }

    private static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
