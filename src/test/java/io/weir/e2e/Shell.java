package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Runs short commands to their end. */
public final class Shell {
    public static final Duration SHORT = Waiting.PATIENCE;

    private Shell() {
    }

    public static Finished run(Duration limit, String... command) {
        return run(limit, List.of(command));
    }

    public static Finished run(Duration limit, List<String> command) {
        try {
            Path folder = Files.createTempDirectory("weir-e2e-cmd");
            try (Program program = Program.start(folder, "run", command)) {
                return program.await(limit);
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean isRoot() {
        return run(SHORT, "id", "-u").out().strip().equals("0");
    }

    public static boolean has(String program) {
        return run(SHORT, "sh", "-c", "command -v " + program + " || test -x /usr/sbin/" + program).exit() == 0;
    }
}
