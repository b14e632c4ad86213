package io.weir.linux.nfqueue;

import io.weir.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the iptables programs of one family. What they change, they change in one transaction or not at all. */
final class IptablesCommand {
    private static final int TIMEOUT_S = 20;
    private static final List<Path> FOLDERS = List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/local/sbin"));

    private final AddressFamily family;

    IptablesCommand(AddressFamily family) {
        this.family = family;
    }

    /** Every table that exists, as text. */
    String save() {
        return run("", "-save");
    }

    /** Applies {@code text} beside what is there. */
    void restore(String text) {
        // --wait: the older iptables locks a file; others may hold it for a moment
        run(text, "-restore", "--noflush", "--wait=10");
    }

    private String run(String input, String program, String... options) {
        String name = family.program() + program;
        Process process = start(name, options);
        try {
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
            write(process, input);
            if (!ended(process)) {
                throw new EngineException(name + " has not ended after " + TIMEOUT_S + " s",
                    "See what holds the firewall: another program may be changing it all the time.");
            }
            if (process.exitValue() != 0) {
                throw failure(name, process.exitValue(), err.join().strip());
            }
            return out.join();
        } finally {
            process.destroyForcibly();
        }
    }

    /** An interrupted thread waits too: half a removal would be worse than a late one. */
    private static boolean ended(Process process) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Process start(String name, String... options) {
        ProcessBuilder builder = new ProcessBuilder(where(name));
        builder.command().addAll(List.of(options));
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new EngineException("cannot run " + name + ": " + e.getMessage(), "Install the package iptables.", e);
        }
    }

    /** A path of a service or of sudo often lacks the sbin folders. */
    private static String where(String name) {
        return FOLDERS.stream().map(folder -> folder.resolve(name)).filter(Files::isExecutable).map(Path::toString).findFirst().orElse(name);
    }

    private static void write(Process process, String input) {
        try (OutputStream out = process.getOutputStream()) {
            out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without reading: the exit code and stderr say why
            return;
        }
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static EngineException failure(String name, int exit, String stderr) {
        return new EngineException(name + " failed with exit code " + exit + ": " + stderr, remedy(stderr));
    }

    static String remedy(String stderr) {
        if (stderr.contains("Permission denied") || stderr.contains("you must be root") || stderr.contains("Operation not permitted")) {
            return "Run Weir as root, or give it CAP_NET_ADMIN and CAP_NET_RAW.";
        }
        if (stderr.contains("lock")) {
            return "Another program holds the lock of iptables; try again when it has finished.";
        }
        if (stderr.contains("No such file or directory") || stderr.contains("missing kernel module") || stderr.contains("No chain/target/match")
            || stderr.contains("not supported") || stderr.contains("Couldn't load") || stderr.contains("can't initialize")) {
            return "The kernel or iptables lacks something Weir needs: NFQUEUE, CT, CONNMARK and MARK targets; mark, connmark, conntrack, multiport,"
                + " iprange and addrtype matches; the raw and mangle tables. Load their modules, or use the distribution's own kernel.";
        }
        return "Try the same text with iptables-restore --test by hand; another firewall program may be in the way.";
    }
}
