package io.weir.e2e;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A network namespace of our own: runs programs inside, and opens sockets inside for the tests themselves. */
public final class Namespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    /** The two calls that move a thread into a namespace; a socket stays for ever where its thread was when it was made. */
    private interface LibC extends Library {
        LibC INSTANCE = Native.load("c", LibC.class);

        int open(String path, int flags);

        int setns(int fd, int kind);

        int close(int fd);
    }

    private final String name;
    private final ExecutorService inside;

    private Namespace(String name) {
        this.name = name;
        this.inside = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "inside-" + name);
            thread.setDaemon(true);
            return thread;
        });
    }

    public static Namespace create(String name) {
        Shell.run(Shell.SHORT, "ip", "netns", "add", name).orFail();
        Namespace made = new Namespace(name);
        made.call(() -> {
            int fd = LibC.INSTANCE.open("/var/run/netns/" + name, 0);
            if (fd < 0 || LibC.INSTANCE.setns(fd, CLONE_NEWNET) != 0) {
                throw new IOException("cannot enter namespace " + name + ": errno " + Native.getLastError());
            }
            return LibC.INSTANCE.close(fd);
        });
        // bbr paces and cubic is refused in a namespace on some kernels; reno is everywhere
        made.run("sysctl", "-qw", "net.ipv4.tcp_congestion_control=reno", "net.core.somaxconn=8192", "net.ipv4.tcp_max_syn_backlog=8192",
            "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0").orFail();
        made.run("ip", "link", "set", "lo", "up").orFail();
        return made;
    }

    public String name() {
        return name;
    }

    /** {@code command} as it must be started to run inside. */
    public List<String> wrap(String... command) {
        List<String> wrapped = new ArrayList<>(List.of("ip", "netns", "exec", name));
        wrapped.addAll(List.of(command));
        return wrapped;
    }

    public Finished run(String... command) {
        return run(Shell.SHORT, command);
    }

    public Finished run(Duration limit, String... command) {
        return Shell.run(limit, wrap(command));
    }

    public Program start(Path folder, String programName, String... command) {
        return Program.start(folder, programName, wrap(command));
    }

    public SocketChannel openSocket(boolean ipv6) {
        return call(() -> SocketChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET));
    }

    public ServerSocketChannel openServer(boolean ipv6) {
        return call(() -> ServerSocketChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET));
    }

    public DatagramChannel openDatagrams(boolean ipv6) {
        return call(() -> DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET));
    }

    private <T> T call(Callable<T> work) {
        try {
            return inside.submit(work).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("inside " + name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        inside.shutdownNow();
        delete(name);
    }

    /** Ends what still runs inside and removes the namespace. */
    public static void delete(String name) {
        for (String pid : Shell.run(Shell.SHORT, "ip", "netns", "pids", name).out().split("\\s+")) {
            // a socket of this very process inside the namespace does not make it one of its processes
            if (!pid.isEmpty() && Long.parseLong(pid) != ProcessHandle.current().pid()) {
                Shell.run(Shell.SHORT, "kill", "-9", pid);
            }
        }
        Shell.run(Shell.SHORT, "ip", "netns", "del", name);
    }
}
