package io.weir.cli;

import io.weir.app.Platform;
import io.weir.config.Settings;

/** How to capture on this machine. */
@FunctionalInterface
interface PlatformChoice {

    /**
     * @param allowUnpinned load a WinDivert that is not the official build, too
     * @throws CommandFailure where this build has no engine, or this process no rights
     */
    Platform of(Settings settings, boolean allowUnpinned);
}
