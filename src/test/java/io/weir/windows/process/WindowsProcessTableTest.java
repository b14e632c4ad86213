package io.weir.windows.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.NativeLibrary;
import io.weir.process.Owner;
import io.weir.testkit.Waiting;
import io.weir.testkit.WindowsProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What Windows says of real processes: this one, its children, the system's. */
@Tag("windows")
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs a Windows JVM: tools/wine/junit")
class WindowsProcessTableTest {
    private static final Path COMMAND = Path.of(System.getenv().getOrDefault("SystemRoot", "C:\\windows"), "system32", "cmd.exe");
    private static final long FILETIME_OF_1970 = 116_444_736_000_000_000L;

    @TempDir
    Path folder;

    private final WindowsProcessTable table = new WindowsProcessTable(System::nanoTime);
    private final Owner self = WindowsPrograms.ownerOf(ProcessHandle.current().pid());
    private Process child;

    @AfterEach
    void close() {
        table.close();
        if (child != null) {
            child.destroyForcibly();
        }
    }

    private Process run(Path program, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = program.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        child = WindowsProcess.start(new ProcessBuilder(command));
        return child;
    }

    @Test
    void shouldTellOfThisProcessWhatJavaTells() {
        ProcessHandle.Info java = ProcessHandle.current().info();
        assertEquals(ProcessHandle.current().pid(), self.pid());
        assertTrue(java.command().orElseThrow().equalsIgnoreCase(self.path()), self.path());
        assertEquals("java.exe", self.name());
        assertTrue(java.user().orElseThrow().equalsIgnoreCase(self.user()), self.user());
        Instant started = Instant.EPOCH.plus(Duration.ofNanos((self.startTime() - FILETIME_OF_1970) * 100));
        assertTrue(Duration.between(started, java.startInstant().orElseThrow()).abs().toSeconds() <= 1, started.toString());
        assertEquals("", self.service());
    }

    @Test
    void shouldTellTheCommandLineOfAChild() throws IOException {
        Assumptions.assumeFalse(isWine(), "Wine 8 tells no command lines");
        assertTrue(WindowsPrograms.ownerOf(run(COMMAND, "/k", "echo", "some words").pid()).commandLine().endsWith("/k echo \"some words\""));
    }

    private static boolean isWine() {
        try {
            return NativeLibrary.getInstance("ntdll").getFunction("wine_get_version") != null;
        } catch (UnsatisfiedLinkError windows) {
            return false;
        }
    }

    @Test
    void shouldTellParentAndUserOfAChild() throws IOException {
        Process started = run(COMMAND, "/k", "echo", "some words");
        Owner owner = WindowsPrograms.ownerOf(started.pid());
        assertTrue(COMMAND.toString().equalsIgnoreCase(owner.path()), owner.path());
        assertEquals("cmd.exe", owner.name().toLowerCase(java.util.Locale.ROOT));
        assertEquals(new Owner.Parent(self.pid(), "java.exe"), owner.parent());
        assertEquals(self.user(), owner.user());
        assertTrue(owner.startTime() > self.startTime());
    }

    @Test
    void shouldSayTheLongNameWhenAProgramWasStartedByItsShortOne() throws Exception {
        Path program = Files.copy(COMMAND, Files.createDirectory(folder.resolve("a long folder name")).resolve("a long program name.exe"));
        run(COMMAND, "/c", "for %I in (\"" + program + "\") do @echo %~sI");
        String shortPath = new String(child.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        assertTrue(shortPath.contains("~"), "no short names here: " + shortPath);
        Process started = run(Path.of(shortPath), "/k", "rem");
        assertEquals(program.toString().toLowerCase(java.util.Locale.ROOT),
            WindowsPrograms.ownerOf(started.pid()).path().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void shouldSayTheDriveWhenWindowsSaysTheDevice() {
        long handle = table.open((int) self.pid());
        String native1 = table.nativePath(handle);
        assertTrue(ImagePath.isNative(native1), native1);
        assertTrue(self.path().equalsIgnoreCase(table.withDrive(native1)), table.withDrive(native1));
        table.close(handle);
    }

    @Test
    void shouldNoticeTheEndAndHoldTheNumberUntilLetGo() throws Exception {
        Process started = run(COMMAND, "/k", "rem");
        long handle = table.open((int) started.pid());
        assertFalse(table.hasEnded(handle));
        started.destroyForcibly().waitFor(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
        assertTrue(table.hasEnded(handle));
        assertTrue(table.startTime(handle) > 0, "still known");
        table.close(handle);
        assertEquals(0, table.open(0x7fff_fff0));
        assertNull(WindowsPrograms.ownerOf(0x7fff_fff0));
        assertNull(WindowsPrograms.ownerOf(0), "Idle owns nothing");
    }

    @Test
    void shouldNameTheSystem() {
        Owner system = WindowsPrograms.ownerOf(4);
        assertEquals("System", system.name());
        assertEquals("", system.path());
        assertTrue(system.user().endsWith("SYSTEM"), system.user());
    }

    @Test
    void shouldListProcessesWhateverTheRights() {
        ProcessTable.Listed listed = table.listed((int) self.pid());
        assertNotNull(listed);
        assertEquals("java.exe", listed.name());
        assertEquals(self.startTime(), listed.startTime());
        assertEquals(self.parent().pid(), listed.parent());
        assertNull(table.listed(0x7fff_fff0));
    }

    @Test
    void shouldNameTheServicesOfTheServiceManagersChildren() {
        String found = LongStream.rangeClosed(1, 20_000).filter(pid -> table.listed((int) pid) != null)
            .mapToObj(pid -> table.services((int) pid)).filter(services -> !services.isEmpty()).findFirst().orElse("");
        assertFalse(found.isEmpty(), "no service runs anywhere");
        assertEquals("", table.services((int) self.pid()));
    }
}
