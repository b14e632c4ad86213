package io.weir.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many sockets this process may still open. The JVM has raised its limit to the hard one at start. */
final class FileDescriptors {
    /** For files, pipes and the sockets of other parts. */
    private static final int SPARE = 48;
    private static final int PER_SESSION = 2;

    private FileDescriptors() {
    }

    /** No bound where the system has none. */
    static int sessionsThatFit() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - SPARE;
            return (int) Math.max(1, Math.min(Integer.MAX_VALUE, free / PER_SESSION));
        }
        return Integer.MAX_VALUE;
    }
}
