package io.weir.e2e.wine;

import io.weir.e2e.Finished;
import io.weir.e2e.Folders;
import io.weir.e2e.Lab;
import io.weir.e2e.Program;
import io.weir.e2e.Servers;
import io.weir.e2e.Weir;
import io.weir.e2e.WeirFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The lab with a bed in its application namespace: Weir and its clients are Windows programs there, everything else is as it was. */
final class WineLab implements AutoCloseable {
    private static final Path PROGRAM = Path.of("target/weir/weir.jar");
    private static final Path NATIVE = Path.of("target/weir/native/com/sun/jna/win32-x86-64");
    /** What Weir says when it is let load the stand-in. */
    static final String STAND_IN = "are not the official ones";
    /** Whether the checkout lies where others may write. */
    static final String OPEN_PLACE = " may be changed by .* with an administrator's rights";
    private static final Duration CLIENT_LIMIT = Duration.ofSeconds(200);

    private final Lab lab;
    private final Path archive;
    private Bed bed;

    WineLab() {
        lab = new Lab("wine", furnished -> bed = furnished.keep(Bed.up(furnished.application())));
        archive = archiveClasses();
    }

    /** Has the JVM keep the class data of a start, one that fails; those that follow take two thirds of the time. */
    private Path archiveClasses() {
        Path made = lab.folder().resolve("weir.jsa");
        String settings = "[windows]\ndriver-folder = '" + Bed.windows(bed.path("STANDIN")) + "'\n[[rule]]\naction = \"pass\"\n";
        Path file = Folders.write(lab.folder().resolve("archive.toml"), settings);
        List<String> arguments = javaArguments("-XX:ArchiveClassesAtExit=" + Bed.windows(made), "run", "--allow-unpinned", "-c", Bed.windows(file));
        lab.application().run(CLIENT_LIMIT, bed.command(Map.of("WEIRBED_OPEN_ERROR", "5"), bed.path("JAVA"), arguments).toArray(String[]::new));
        return made;
    }

    Lab lab() {
        return lab;
    }

    Bed bed() {
        return bed;
    }

    Servers servers() {
        return lab.servers();
    }

    /** Weir on the Windows JVM, ready. */
    Weir start(WeirFile settings) {
        return start(settings, Map.of());
    }

    /** @param knobs what the stand-in shall do wrong, names without {@code WEIRBED_} */
    Weir start(WeirFile settings, Map<String, String> knobs) {
        return launch(settings, knobs, "run").awaitReady();
    }

    Weir launch(WeirFile settings, Map<String, String> knobs, String command) {
        settings.set("windows.driver-folder", "'" + Bed.windows(bed.path("STANDIN")) + "'");
        Map<String, String> environment = new HashMap<>(Map.of("WEIR_TEST_PASSWORD", Servers.PASSWORD, "NO_COLOR", "1"));
        knobs.forEach((knob, value) -> environment.put("WEIRBED_" + knob, value));
        return Weir.launch(lab, settings, file -> bed.command(environment, bed.path("JAVA"),
            javaArguments("-XX:SharedArchiveFile=" + Bed.windows(archive), command, "--allow-unpinned", "-c", Bed.windows(file))))
            .expect(STAND_IN).tolerate(OPEN_PLACE);
    }

    private static List<String> javaArguments(String option, String... words) {
        List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms16m", "-Xmx192m", "-XX:MaxDirectMemorySize=256m",
            "-XX:-UsePerfData", "-Djna.nosys=true", "-Djna.boot.library.path=" + Bed.windows(NATIVE), option, "-jar", Bed.windows(PROGRAM)));
        arguments.addAll(Arrays.asList(words));
        return arguments;
    }

    /** Our Winsock client under a name of one's choice, so that rules by process can tell the copies apart. */
    private Path clientAs(String name) {
        Path copy = lab.folder().resolve("bin").resolve(name + ".exe");
        try {
            Files.createDirectories(copy.getParent());
            if (!Files.exists(copy)) {
                Files.copy(bed.path("CLIENT"), copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    /** That client's path as Windows has it. */
    String clientPath(String name) {
        return Bed.windows(clientAs(name));
    }

    /** {@code client("fetch-proxied", "get", "198.51.100.10", "80", "/who", file)}, run to its end. */
    Finished client(String name, String... words) {
        return lab.application().run(CLIENT_LIMIT, clientCommand(name, words));
    }

    Program startClient(String name, String... words) {
        return lab.keep(lab.application().start(lab.folder(), name, clientCommand(name, words)));
    }

    private String[] clientCommand(String name, String... words) {
        List<String> patiently = new ArrayList<>(List.of("-t", "60")); // a -t among the words comes later and counts
        patiently.addAll(List.of(words));
        return bed.command(Map.of(), clientAs(name), patiently).toArray(String[]::new);
    }

    /** Any class of the tests as a program of the Windows JVM. */
    Finished java(Class<?> program, String... words) {
        List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
            Bed.windows(Path.of("target/test-classes")), program.getName()));
        arguments.addAll(List.of(words));
        return lab.application().run(CLIENT_LIMIT, bed.command(Map.of(), bed.path("JAVA"), arguments).toArray(String[]::new));
    }

    /** Fetches a page of the web server; {@code out} of what is returned is the page's text. */
    Finished fetch(String name, boolean ipv6, String page) {
        Path body = lab.folder().resolve("body-" + name);
        Finished got = client(name, "get", ipv6 ? Lab.WEB6 : Lab.WEB, "80", page, Bed.windows(body));
        try {
            String text = got.exit() == 0 ? Files.readString(body).strip() : got.out();
            Files.deleteIfExists(body);
            return new Finished(got.command(), got.exit(), text, got.out() + got.err(), got.took());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program for Windows that nobody here wrote fetches a page: CMake, by its libcurl. */
    Finished stockFetch(String page, Path into) {
        return lab.application().run(CLIENT_LIMIT, bed.command(Map.of(), bed.path("CMAKE"), List.of("-DURL=http://" + Lab.WEB + page, "-DFILE=" + into,
            "-P", Bed.windows(Path.of("tools/wine/tests/fetch.cmake")))).toArray(String[]::new));
    }

    /** What Windows Firewall was told and still knows; empty when nothing. */
    String firewallRules() {
        Path rules = bed.drive().resolve("weirbed/firewall.txt");
        try {
            return Files.exists(rules) ? Files.readString(rules).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        lab.close();
    }
}
