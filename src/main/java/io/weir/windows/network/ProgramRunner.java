package io.weir.windows.network;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system's to its end. */
@FunctionalInterface
interface ProgramRunner {
    int PATIENCE_S = 10;

    /** @param output what it wrote, in one line, without a full stop */
    record Result(int exit, String output) {
    }

    /** @param command program and arguments, not parsed by any shell @throws IOException when it cannot be run or does not end */
    Result run(List<String> command) throws IOException;

    /** As a child of this process; for programs that write a few lines. */
    static ProgramRunner ofSystem() {
        return command -> {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IOException(command.get(0) + " does not end");
                }
                String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
                return new Result(process.exitValue(), output.strip().replaceAll("\\s+", " ").replaceAll("\\.$", ""));
            } catch (InterruptedException interrupted) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        };
    }
}
