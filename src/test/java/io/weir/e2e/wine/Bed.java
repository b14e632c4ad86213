package io.weir.e2e.wine;

import io.weir.e2e.Namespace;
import io.weir.e2e.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code tools/wine/bed} makes: the stand-in for the driver, and a Wine of its own, in a namespace that is there already. */
final class Bed implements AutoCloseable {
    private static final Path TOOL = Path.of("tools/wine/bed").toAbsolutePath();
    private static final Path FOLDER = Path.of(System.getenv().getOrDefault("WEIR_WINE", "target/wine")).toAbsolutePath();
    private static final Path PATHS = FOLDER.resolve("env");
    private static final Duration LIMIT = Duration.ofSeconds(180);

    private final String name;
    private final Namespace namespace;
    private final Map<String, String> paths;
    private final List<String> environment;

    private Bed(String name, Namespace namespace) {
        this.name = name;
        this.namespace = namespace;
        paths = lines(PATHS).collect(Collectors.toMap(line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));
        environment = tool("env", name).lines().toList();
    }

    static boolean isSetUp() {
        return Files.exists(PATHS);
    }

    static Bed up(Namespace namespace) {
        String name = "e2e-" + ProcessHandle.current().pid();
        tool("up", name, "--in", namespace.name());
        return new Bed(name, namespace);
    }

    private static String tool(String... words) {
        List<String> command = new ArrayList<>(List.of(TOOL.toString()));
        command.addAll(List.of(words));
        return Shell.run(LIMIT, command).orFail().out();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A path of {@code target/wine/env}. */
    Path path(String key) {
        return Path.of(paths.get(key));
    }

    /** As a Windows program names a file of this machine. */
    static String windows(Path file) {
        return "Z:" + file.toAbsolutePath().toString().replace('/', '\\');
    }

    /** The command line that runs a Windows program here, not yet inside the namespace. @param more assignments, for instance to the stand-in */
    List<String> command(Map<String, String> more, Path program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(environment);
        more.forEach((key, value) -> command.add(key + "=" + value));
        command.add(paths.get("WINE"));
        command.add(program.toString());
        command.addAll(arguments);
        return command;
    }

    Namespace namespace() {
        return namespace;
    }

    /** Drive C: of the Windows programs here. */
    Path drive() {
        return FOLDER.resolve("beds").resolve(name).resolve("prefix/drive_c");
    }

    /** Sets one of the daemon's knobs for the handles open now. @param layer for instance NETWORK */
    void knob(String layer, String assignment) {
        tool("knob", name, layer, assignment);
    }

    /** Packets and events lost so far because a handle's queue was full. */
    long overflowed() {
        return Pattern.compile("overflowed (\\d+)").matcher(tool("stats", name)).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    /** What the daemon wrote. */
    String log() {
        Path log = FOLDER.resolve("beds").resolve(name).resolve("daemon.log");
        return Files.exists(log) ? lines(log).collect(Collectors.joining("\n")) : "";
    }

    @Override
    public void close() {
        tool("down", name);
    }
}
