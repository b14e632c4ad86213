package io.weir.cli;

import io.weir.config.ConfigReport;
import io.weir.config.Problem;
import io.weir.config.Settings;
import io.weir.config.SettingsReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The {@code weir.toml} of a command: read, with every problem shown, or the command ends. */
final class ConfigurationFile {

    private ConfigurationFile() {
    }

    /** Problems that are only warnings are printed to {@code err}. @throws CommandFailure when the file cannot be used */
    static Settings read(Path file, PrintWriter err) {
        ConfigReport report = report(file);
        for (Problem problem : report.problems()) {
            err.println(problem);
        }
        if (report.settings() == null) {
            throw new CommandFailure(ExitCode.INVALID, file + " cannot be used", "correct what is listed above; weir check FILE looks again");
        }
        return report.settings();
    }

    static ConfigReport report(Path file) {
        if (!Files.isReadable(file)) {
            throw new CommandFailure(ExitCode.INVALID, file + (Files.exists(file) ? " cannot be read" : " does not exist"),
                "name the file with -c, or write one: docs/configuration.md begins with the smallest");
        }
        return SettingsReader.read(file);
    }
}
