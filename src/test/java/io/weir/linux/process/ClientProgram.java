package io.weir.linux.process;

import io.weir.process.Owner;
import io.weir.testkit.Waiting;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A copy of bash under another name, running a script: bash opens sockets by itself through /dev/tcp and /dev/udp. */
final class ClientProgram implements Closeable {
    private final Process process;
    private final BufferedReader out;

    private ClientProgram(Process process) {
        this.process = process;
        out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    }

    /** Copies a program under another name into the folder. */
    static Path copy(Path program, Path folder, String name) {
        try {
            Path copy = folder.resolve(name);
            return Files.exists(copy) ? copy : Files.copy(program.toRealPath(), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClientProgram run(Path program, String script) {
        try {
            return new ClientProgram(new ProcessBuilder(program.toString(), "-c", script).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int pid() {
        return (int) process.pid();
    }

    /** The next line the script prints. */
    String line() throws IOException {
        return out.readLine();
    }

    /** Types a line for the script to read. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes());
        process.getOutputStream().flush();
    }

    /** The owner the child's sockets must have, as /proc tells it now. */
    static Owner ownerOf(long pid, Path image) {
        ProcFs processes = new ProcFs();
        int folder = processes.open((int) pid);
        ProcessFacts facts = processes.facts(folder);
        processes.close(folder);
        Owner.Parent parent = new Owner.Parent(facts.parent(), facts.parentName());
        return new Owner(pid, facts.startTime(), image.toString(), image.getFileName().toString(), System.getProperty("user.name"), "", parent,
            facts.commandLine());
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
