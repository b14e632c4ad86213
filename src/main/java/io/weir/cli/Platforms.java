package io.weir.cli;

import io.weir.app.Platform;
import io.weir.config.Settings;
import io.weir.windows.console.Elevation;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Which platform this is. */
final class Platforms {
    private Platforms() {
    }

    static boolean isWindows() {
        return system().toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private static String system() {
        return System.getProperty("os.name");
    }

    /** @throws CommandFailure where this build has no engine, or this process no rights */
    static Platform here(Settings settings, boolean allowUnpinned) {
        if (isWindows()) {
            requireElevation(Elevation::ofThisProcess);
            return new WindowsPlatform(settings, allowUnpinned);
        }
        if (system().toLowerCase(Locale.ROOT).startsWith("linux")) {
            return new LinuxPlatform(settings.linux());
        }
        throw new CommandFailure(ExitCode.ENGINE, "this build has no engine for " + system(),
            "check, explain and replay work here; run and monitor need Windows or Linux");
    }

    /** Before anything is opened: the driver would only say "access denied". */
    static void requireElevation(BooleanSupplier elevated) {
        if (!elevated.getAsBoolean()) {
            throw new CommandFailure(ExitCode.ENGINE, "Weir needs an administrator's rights to divert packets, and this console has none",
                "Start menu, \"cmd\", right click, \"Run as administrator\"; then the same command again.");
        }
    }
}
