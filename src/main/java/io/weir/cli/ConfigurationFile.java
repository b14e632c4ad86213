package io.weir.cli;

import io.weir.config.ConfigReport;
import io.weir.config.Settings;
import io.weir.config.SettingsReader;
import java.nio.file.Path;

/** The {@code weir.toml} of a command: read, with every problem shown, or the command ends. */
final class ConfigurationFile {

    private ConfigurationFile() {
    }

    /** Problems are printed to {@code err}. @throws CommandFailure when the file cannot be used */
    static Settings read(Path file, Console console) {
        ConfigReport report = SettingsReader.read(file);
        console.err().print(report.render(console.coloured()));
        if (report.settings() == null) {
            throw new CommandFailure(ExitCode.INVALID, file + " cannot be used", "correct what is listed above");
        }
        return report.settings();
    }
}
