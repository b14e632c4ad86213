package io.weir.cli;

import io.weir.app.Platform;
import io.weir.config.Settings;
import java.util.Locale;

/** Which platform this is. */
final class Platforms {

    private Platforms() {
    }

    /** @throws CommandFailure where this build has no engine */
    static Platform here(Settings settings, boolean allowUnpinned) {
        String system = System.getProperty("os.name");
        if (system.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return new LinuxPlatform(settings.linux());
        }
        throw new CommandFailure(ExitCode.ENGINE, "this build has no engine for " + system,
            "check, explain and replay work here; run needs Linux");
    }
}
