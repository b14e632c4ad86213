package io.weir.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A server somebody else wrote, run for a test on a loopback port and stopped by {@link #close}. */
public final class Program implements AutoCloseable {
    private static final int PORTS_TO_TRY = 5;

    private final Process process;
    private final int port;
    private final Path log;

    private Program(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Where it is installed, daemons' folders included. */
    public static Optional<Path> find(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin"))
            .map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    /** Starts it and waits until it listens on a port of 127.0.0.1 that was free. @param command with that port */
    public static Program start(Path log, IntFunction<List<String>> command) throws IOException {
        for (int i = 1;; i++) {
            int port;
            try (RefusingPort free = new RefusingPort()) {
                port = free.port();
            }
            List<String> words = command.apply(port);
            Program program = new Program(new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start(), port, log);
            Waiting.until(() -> !program.process.isAlive() || program.listens(), () -> words + " does not listen on port " + port + ": " + program.output());
            if (program.process.isAlive()) {
                return program;
            }
            program.close();
            if (i == PORTS_TO_TRY) { // somebody else may have been quicker, but not always
                throw new IOException(words + " ended: " + program.output());
            }
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress("127.0.0.1", port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What it has printed. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
