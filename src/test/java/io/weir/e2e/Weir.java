package io.weir.e2e;

import io.weir.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged program running in the application namespace, started and watched as a user would: by command line, signals and log. */
public final class Weir implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("tools/weir").toAbsolutePath();
    private static final Duration START_LIMIT = Waiting.PATIENCE;
    private static final Duration STOP_LIMIT = Waiting.PATIENCE;
    private static final Pattern READY = Pattern.compile("(?m)\\bready\\b");
    private static final Pattern WATCHING = Pattern.compile("nothing is touched");
    private static final Pattern PROBLEM = Pattern.compile("\\b(WARN|ERROR)\\b");

    private final Lab lab;
    private final Path file;
    private final Program program;
    private final List<Pattern> expected = new ArrayList<>();
    private final List<Pattern> tolerated = new ArrayList<>();

    private Weir(Lab lab, Path file, Program program) {
        this.lab = lab;
        this.file = file;
        this.program = program;
    }

    /** Starts it and waits until it says that it is ready. */
    public static Weir start(Lab lab, WeirFile settings) {
        return launch(lab, settings).awaitReady();
    }

    /** Waits until it says that it is ready. */
    public Weir awaitReady() {
        program.awaitErr(READY);
        return this;
    }

    /** Where and how it is started: the whole command line for one configuration. */
    @FunctionalInterface
    public interface Launcher {
        List<String> command(Path configuration);
    }

    /** Starts {@code weir monitor} with these options and waits until it watches. */
    static Weir monitor(Lab lab, WeirFile settings, String... options) {
        List<String> subcommand = new ArrayList<>(List.of("monitor"));
        subcommand.addAll(List.of(options));
        return launch(lab, settings, file -> command(List.of(), subcommand, file)).awaitWatching();
    }

    /** Waits until it says that it watches. */
    public Weir awaitWatching() {
        program.awaitErr(WATCHING);
        return this;
    }

    /** Starts it without waiting: for tests about starts that fail. */
    public static Weir launch(Lab lab, WeirFile settings, String... before) {
        return launch(lab, settings, file -> command(List.of(before), List.of("run"), file));
    }

    private static List<String> command(List<String> before, List<String> subcommand, Path file) {
        // who runs the tests in the background makes all their children deaf to Ctrl-C, unless they are told otherwise
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", "WEIR_TEST_PASSWORD=" + Servers.PASSWORD, "NO_COLOR=1"));
        command.addAll(before);
        command.add(LAUNCHER.toString());
        command.addAll(subcommand);
        command.addAll(List.of("-c", file.toString()));
        return command;
    }

    /** The same with another command line. */
    public static Weir launch(Lab lab, WeirFile settings, Launcher launcher) {
        // a folder of the lab's own, so that tests never meet the state of a Weir that serves the machine
        settings.set("linux.state-directory", '"' + lab.folder().resolve("state").toString() + '"');
        // on a machine under load an answer may take longer than the default's 200 ms, and the verdict would be another
        settings.set("owner.timeout", "\"10 s\"");
        Path file = Folders.write(newFolder(lab).resolve("weir.toml"), settings.text());
        String[] command = launcher.command(file).toArray(String[]::new);
        Weir weir = new Weir(lab, file, lab.application().start(file.getParent(), "weir", command));
        lab.watcher().watch(weir);
        return weir;
    }

    /** Any other command of the launcher, run to its end. */
    public static Finished command(Lab lab, String... arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return lab.application().run(START_LIMIT, command.toArray(String[]::new));
    }

    private static Path newFolder(Lab lab) {
        return Folders.readableByAll(lab.folder(), "weir");
    }

    /** Says that a problem like this will be logged; not one such line, and the watcher complains as well. */
    public Weir expect(String problem) {
        expected.add(Pattern.compile(problem));
        return this;
    }

    /** Says that a problem like this may be logged or not, by what the machine is like. */
    public Weir tolerate(String problem) {
        tolerated.add(Pattern.compile(problem));
        return this;
    }

    private boolean isKnown(String line) {
        return expected.stream().anyMatch(known -> known.matcher(line).find()) || tolerated.stream().anyMatch(known -> known.matcher(line).find());
    }

    /** What the log says is wrong and no test said it would be; and what a test said and the log does not. */
    public List<String> surprises() {
        List<String> lines = program.err().lines().filter(line -> PROBLEM.matcher(line).find()).toList();
        List<String> surprises = new ArrayList<>(lines.stream().filter(line -> !isKnown(line)).toList());
        for (Pattern known : expected) {
            if (lines.stream().noneMatch(line -> known.matcher(line).find())) {
                surprises.add("expected, but never logged: " + known);
            }
        }
        return surprises;
    }

    public String log() {
        return program.err();
    }

    /** Waits until so many lines of what it prints contain a text. */
    public void awaitOut(String part, int lines) {
        Waiting.until(() -> program.out().lines().filter(line -> line.contains(part)).count() >= lines,
            () -> lines + " lines with " + part + " in\n" + program.out());
    }

    public void awaitOut(String pattern) {
        program.awaitOut(Pattern.compile(pattern));
    }

    public void awaitLog(String pattern) {
        program.awaitErr(Pattern.compile(pattern));
    }

    /** Lines about the flows of this owner. */
    public List<String> flowsOf(String owner) {
        return log().lines().filter(line -> line.contains(owner)).toList();
    }

    /** A counter as printed when Weir stopped; 0 when it was not printed. */
    public long counter(String label) {
        if (program.isAlive()) {
            throw new IllegalStateException("counters are printed at the end; stop Weir first");
        }
        Matcher line = Pattern.compile("(?m)\\b" + label + "\\s*[:=]?\\s+(\\d+)").matcher(program.out() + program.err());
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    public long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid() + "/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return program.pid();
    }

    public boolean isAlive() {
        return program.isAlive();
    }

    public Path folder() {
        return file.getParent();
    }

    public void kill() {
        program.kill();
    }

    /** Ctrl-C. */
    public Finished interrupt() {
        return stop("INT");
    }

    public Finished stop(String signal) {
        if (program.isAlive()) {
            program.signal(signal);
        }
        return program.await(STOP_LIMIT);
    }

    public Finished await(Duration limit) {
        return program.await(limit);
    }

    public Lab lab() {
        return lab;
    }

    @Override
    public void close() {
        interrupt();
    }
}
