package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.Engine;
import io.weir.engine.EngineException;
import io.weir.engine.MemoryEngine;
import io.weir.testkit.PlainPlatform;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RunCommandTest {
    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void writeConfiguration() throws IOException {
        file = Files.writeString(folder.resolve("weir.toml"), """
            [redirect]
            mode = "loopback"

            [[rule]]
            name = "mine"
            process = ["curl"]
            action = "direct"
            """);
    }

    private CommandLineRun run(Supplier<Engine> engine) {
        return CommandLineRun.on((settings, allowUnpinned) -> new PlainPlatform((scope, counters) -> engine.get()), false, "run", "-c", file.toString());
    }

    @Test
    void shouldSayWhatFailedAndWhatToDoWhenTheEngineCannotBeOpened() {
        CommandLineRun run = run(() -> {
            throw new EngineException("no kernel here", "Get one.");
        });
        assertEquals(ExitCode.ENGINE.number(), run.code());
        assertEquals("", run.out());
        assertEquals("weir: opening the engine failed: no kernel here\n      Get one.\n", run.err());
    }

    @Test
    void shouldStopInOrderAndEndWithFourWhenTheEngineFailsForGood() {
        CommandLineRun run = run(() -> failing(new MemoryEngine(8)));
        assertEquals(ExitCode.ENGINE.number(), run.code(), run.err());
        assertEquals("", run.out());
        for (String part : List.of("engine    memory", "redirect  loopback to 127.0.0.1:", "rules     1  mine  direct", "\nready", "weir stopped")) {
            assertTrue(run.err().contains(part), () -> part + " is missing in\n" + run.err());
        }
    }

    @Test
    void shouldRefuseALogFileThatCannotBeWrittenBeforeAnythingStarts() throws IOException {
        Files.writeString(file, "\n[log]\nfile = '" + folder.resolve("no/such/folder/weir.log") + "'\n", java.nio.file.StandardOpenOption.APPEND);
        CommandLineRun run = run(() -> {
            throw new AssertionError("an engine was opened");
        });
        assertTrue(run.code() == ExitCode.ENGINE.number() || run.code() == ExitCode.INVALID.number(), run.err());
        assertTrue(run.err().contains("weir.log"), run.err());
    }

    /** A memory engine whose second receive fails. */
    private static Engine failing(MemoryEngine engine) {
        int[] received = {0};
        return (Engine) Proxy.newProxyInstance(Engine.class.getClassLoader(), new Class<?>[] {Engine.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("receive") && ++received[0] > 1) {
                throw new EngineException("the queue is gone", "Start again.");
            }
            try {
                return method.invoke(engine, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        });
    }
}
