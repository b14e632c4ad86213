package io.weir.cli;

import io.weir.config.ConfigReport;
import io.weir.config.Problem;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir check}: every problem of a configuration. */
@Command(name = "check", description = "Look a configuration over and list every problem.", mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "FILE", description = "The configuration (weir.toml).")
    private Path file;

    @Option(names = "--print", description = "Print the configuration in effect, defaults included, secrets masked.")
    private boolean print;

    CheckCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        ConfigReport report = ConfigurationFile.report(file);
        for (Problem problem : report.problems()) {
            surroundings.err().println(problem);
        }
        if (report.settings() == null) {
            surroundings.err().println(file + ": not valid; nothing would be started");
            return ExitCode.INVALID.number();
        }
        if (print) {
            report.text().forEach(surroundings.out()::println);
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
