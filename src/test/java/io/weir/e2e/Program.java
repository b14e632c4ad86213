package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A program running beside the tests; stdout and stderr go to one file each. */
public final class Program implements AutoCloseable {
    private static final Duration TO_END_BY_ITSELF = Duration.ofSeconds(5);

    private final String command;
    private final Process process;
    private final Path out;
    private final Path err;
    private final long startedNs = System.nanoTime();

    private Program(String command, Process process, Path out, Path err) {
        this.command = command;
        this.process = process;
        this.out = out;
        this.err = err;
    }

    public static Program start(Path folder, String name, List<String> command) {
        try {
            Path out = Files.createTempFile(folder, name + "-", ".out");
            Path err = Path.of(out.toString().replaceAll("out$", "err"));
            Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            return new Program(String.join(" ", command), process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end; a program that does not end in time is killed and the test fails. */
    public Finished await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw new AssertionError("still running after " + limit.toSeconds() + " s: " + finished());
            }
        } catch (InterruptedException e) {
            kill();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
        return finished();
    }

    private Finished finished() {
        return new Finished(command, process.isAlive() ? -1 : process.exitValue(), text(out), err(), Duration.ofNanos(System.nanoTime() - startedNs));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String out() {
        return text(out);
    }

    public String err() {
        return text(err);
    }

    public Path errFile() {
        return err;
    }

    public void awaitErr(Pattern pattern) {
        await(() -> pattern.matcher(err()).find(), () -> "no line like /" + pattern + "/ in\n" + err());
    }

    public void awaitOut(Pattern pattern) {
        await(() -> pattern.matcher(out()).find(), () -> "no line like /" + pattern + "/ in\n" + out());
    }

    private void await(BooleanSupplier condition, Supplier<String> complaint) {
        Waiting.until(() -> condition.getAsBoolean() || !process.isAlive(), Waiting.PATIENCE, complaint);
        if (!condition.getAsBoolean()) {
            throw new AssertionError(complaint.get() + "\nand it ended: " + finished());
        }
    }

    public void signal(String name) {
        Shell.run(Shell.SHORT, "kill", "-" + name, Long.toString(process.pid())).orFail();
    }

    /** As {@code kill -9}: the program gets no chance to tidy up. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(TO_END_BY_ITSELF.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    @Override
    public String toString() {
        return command;
    }
}
