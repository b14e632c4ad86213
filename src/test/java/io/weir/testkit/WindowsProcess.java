package io.weir.testkit;

import java.io.IOException;

/** Starts programs on the Windows JVM. */
public final class WindowsProcess {
    /** Wine 8 now and then answers a start with "Internal error", and the next with the program. */
    private static final String INTERNAL_ERROR = "error=1359";
    private static final int ATTEMPTS = 3;

    private WindowsProcess() {
    }

    /** As {@link ProcessBuilder#start}, tried again where Wine only hiccuped. */
    public static Process start(ProcessBuilder builder) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return builder.start();
            } catch (IOException e) {
                if (attempt == ATTEMPTS || !e.getMessage().contains(INTERNAL_ERROR)) {
                    throw e;
                }
            }
        }
    }
}
