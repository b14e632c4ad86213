package io.weir.testkit;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of a test's own. Programs run inside, and so do threads of this process: a socket stays for ever where its thread was
 * when it was made. Root only.
 */
public final class NetworkNamespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int TIMEOUT_S = 60;

    static {
        Native.register(NetworkNamespace.class, "c");
    }

    private final String name;
    private final ExecutorService inside = Executors.newSingleThreadExecutor(this::newThread);

    private NetworkNamespace(String name) {
        this.name = name;
    }

    private static native int open(String path, int flags);

    private static native int setns(int file, int kind);

    private static native int close(int file);

    /** Made from a prefix of the test's and this process's number, with loopback up and IPv6 addresses usable at once. */
    public static NetworkNamespace create(String prefix) {
        NetworkNamespace namespace = new NetworkNamespace(prefix + "-" + ProcessHandle.current().pid());
        run(List.of("ip", "netns", "add", namespace.name));
        // bbr paces and cubic is refused in a namespace on some kernels; reno is everywhere
        namespace.exec("sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno", "net.ipv6.conf.all.accept_dad=0",
            "net.ipv6.conf.default.accept_dad=0");
        namespace.exec("ip", "link", "set", "lo", "up");
        return namespace;
    }

    /** Why namespaces cannot be made here; null when they can. */
    public static String obstacle() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "only root may make network namespaces; run tools/test as root";
        }
        for (String program : List.of("ip", "iptables", "ip6tables", "conntrack", "sysctl")) {
            if (List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream().noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))) {
                return program + " is missing; tools/test installs it";
            }
        }
        return null;
    }

    /** Joins two namespaces by a cable; its ends are called {@code cable} in both. */
    public static void join(NetworkNamespace one, List<String> addresses, NetworkNamespace other, List<String> otherAddresses) {
        run(List.of("ip", "link", "add", "cable", "netns", one.name, "type", "veth", "peer", "name", "cable", "netns", other.name));
        one.plugIn(addresses);
        other.plugIn(otherAddresses);
    }

    private void plugIn(List<String> addresses) {
        for (String address : addresses) {
            List<String> command = new ArrayList<>(List.of("ip", "addr", "add", address, "dev", "cable"));
            if (address.contains(":")) {
                command.add("nodad");
            }
            exec(command.toArray(String[]::new));
        }
        exec("ip", "link", "set", "cable", "up");
    }

    public String name() {
        return name;
    }

    /** Runs a program inside to its end. @return what it printed @throws AssertionError with both streams when it fails */
    public String exec(String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
        whole.addAll(List.of(command));
        return run(whole);
    }

    /** The way {@code ip netns exec} would start it; the caller ends it. */
    public ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder("ip", "netns", "exec", name);
        builder.command().addAll(List.of(command));
        return builder;
    }

    /** Runs {@code work} on a thread that lives inside, and waits for it. */
    public <T> T call(Callable<T> work) throws Exception {
        try {
            return inside.submit(work).get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new AssertionError("inside " + name, e.getCause());
        }
    }

    /** As {@link #call}, without a result. */
    public void run(Runnable work) throws Exception {
        call(Executors.callable(work));
    }

    /** A daemon thread that enters the namespace before it runs {@code work}. */
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(() -> {
            enter();
            work.run();
        }, "inside-" + name);
        thread.setDaemon(true);
        return thread;
    }

    private void enter() {
        int file = open("/var/run/netns/" + name, 0);
        try {
            if (file < 0 || setns(file, CLONE_NEWNET) != 0) {
                throw new IllegalStateException("cannot enter namespace " + name + ": errno " + Native.getLastError());
            }
        } finally {
            close(file);
        }
    }

    private static String run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + TIMEOUT_S + " s: " + command);
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(command + " ended with " + process.exitValue() + "\n" + out.join() + "\n" + err.join());
            }
            return out.join();
        } catch (IOException e) {
            throw new AssertionError(command.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String text(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends the programs that still run inside and removes the namespace. */
    @Override
    public void close() {
        inside.shutdownNow();
        for (String pid : run(List.of("ip", "netns", "pids", name)).split("\\s+")) {
            if (!pid.isEmpty() && Long.parseLong(pid) != ProcessHandle.current().pid()) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        run(List.of("ip", "netns", "del", name));
    }
}
