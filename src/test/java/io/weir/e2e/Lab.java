package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two namespaces of our own joined by a cable: the application side, where Weir runs, and the server side, where everything else is. The
 * addresses are those set aside for documentation, because Weir leaves private ranges alone unless told otherwise.
 */
public final class Lab implements AutoCloseable {
    public static final String APPLICATION = "203.0.113.2";
    public static final String APPLICATION6 = "2001:db8:1::2";
    public static final String GATEWAY = "203.0.113.1";
    public static final String GATEWAY6 = "2001:db8:1::1";
    public static final String WEB = "198.51.100.10";
    public static final String WEB6 = "2001:db8:2::10";
    public static final String SCRIPTED = "198.51.100.30";
    public static final String SCRIPTED6 = "2001:db8:2::30";
    public static final String UNREACHABLE = "198.51.100.99";
    public static final String UNREACHABLE6 = "2001:db8:2::99";
    public static final String SILENT = "198.51.100.98";

    private static final String PREFIX = "weir-e2e-";
    private static final Pattern OURS = Pattern.compile(PREFIX + "(\\d+)[a-z]*-(app|net)");

    private final Path folder;
    private final Namespace application;
    private final Namespace network;
    private final Servers servers;
    private final Watcher watcher;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread onInterrupt = new Thread(this::close, "lab-interrupted");
    private boolean closed;

    Lab() {
        this("", lab -> { });
    }

    /**
     * @param mark    letters, so that one process can have several labs
     * @param furnish puts in what belongs to the lab itself: the watcher takes it for granted
     */
    public Lab(String mark, Consumer<Lab> furnish) {
        removeLeftovers();
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        String prefix = PREFIX + ProcessHandle.current().pid() + mark;
        folder = Folders.readableByAll(null, prefix + "-");
        application = Namespace.create(prefix + "-app");
        network = Namespace.create(prefix + "-net");
        lay();
        servers = new Servers(this);
        furnish.accept(this);
        watcher = new Watcher(this);
    }

    /** What an earlier run left when it was killed: its namespaces carry its process id. */
    private static void removeLeftovers() {
        Matcher namespace = OURS.matcher(Shell.run(Shell.SHORT, "ip", "netns", "list").out());
        while (namespace.find()) {
            if (ProcessHandle.of(Long.parseLong(namespace.group(1))).isEmpty()) {
                Namespace.delete(namespace.group());
            }
        }
    }

    private void lay() {
        Shell.run(Shell.SHORT, "ip", "link", "add", "app0", "netns", application.name(), "type", "veth",
            "peer", "name", "net0", "netns", network.name()).orFail();
        address(application, APPLICATION + "/24", "app0");
        address(application, APPLICATION6 + "/64", "app0");
        address(network, GATEWAY + "/24", "net0");
        address(network, GATEWAY6 + "/64", "net0");
        application.run("ip", "link", "set", "app0", "up").orFail();
        network.run("ip", "link", "set", "net0", "up").orFail();
        awaitUp(application, "app0");
        awaitUp(network, "net0");
        application.run("ip", "route", "add", "default", "via", GATEWAY).orFail();
        application.run("ip", "-6", "route", "add", "default", "via", GATEWAY6).orFail();
        for (int last : new int[] {10, 20, 21, 22, 23, 24, 25, 30, 40}) {
            address(network, "198.51.100." + last + "/32", "lo");
            address(network, "2001:db8:2::" + last + "/128", "lo");
        }
        network.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
            "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0").orFail();
        network.run("ip", "route", "add", "unreachable", UNREACHABLE).orFail();
        network.run("ip", "-6", "route", "add", "unreachable", UNREACHABLE6).orFail();
        address(network, SILENT + "/32", "lo");
        network.run("iptables", "-w", "-A", "INPUT", "-d", SILENT, "-j", "DROP").orFail();
    }

    /** Until the kernel has given the address every device has by itself: the watcher must not take it for something left behind. */
    private static void awaitUp(Namespace namespace, String device) {
        Waiting.until(() -> namespace.run("ip", "-o", "link", "show", device).out().contains("state UP"), () -> device + " is not up");
        Waiting.until(() -> {
            String own = namespace.run("ip", "-6", "-o", "addr", "show", "dev", device, "scope", "link").out();
            return own.contains("fe80:") && !own.contains("tentative");
        }, () -> device + " has no address of its own");
    }

    private static void address(Namespace namespace, String address, String device) {
        String[] family = address.contains(":") ? new String[] {"nodad"} : new String[0];
        String[] command = {"ip", "addr", "add", address, "dev", device};
        String[] whole = java.util.Arrays.copyOf(command, command.length + family.length);
        System.arraycopy(family, 0, whole, command.length, family.length);
        namespace.run(whole).orFail();
    }

    public Path folder() {
        return folder;
    }

    public Namespace application() {
        return application;
    }

    public Namespace network() {
        return network;
    }

    public Servers servers() {
        return servers;
    }

    public Watcher watcher() {
        return watcher;
    }

    /** A copy of curl under another name, so that rules by process can tell the copies apart. */
    public Path curlAs(String name) {
        Path copy = folder.resolve("bin").resolve(name);
        try {
            Files.createDirectories(copy.getParent());
            if (!Files.exists(copy)) {
                Files.copy(Path.of("/usr/bin/curl"), copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    public <T extends AutoCloseable> T keep(T thing) {
        open.push(thing);
        return thing;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("while clearing the lab: " + e);
            }
        }
        application.close();
        network.close();
        Folders.delete(folder);
    }
}
