package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Golden traces: each file of src/test/resources/traces must replay to itself. After a change that is meant,
 * {@code mvn test -Dtest=TraceTest -Dtraces.regenerate=true} writes them anew; read the difference before you commit it.
 */
class TraceTest {
    private static final Path FOLDER = Path.of("src/test/resources/traces");

    static List<Path> traces() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".trace")).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void shouldReplayToItself(Path file) throws IOException {
        String recorded = Files.readString(file);
        String replayed = Trace.replay(recorded);
        if (Boolean.getBoolean("traces.regenerate")) {
            Files.writeString(file, replayed);
        } else {
            assertEquals(recorded, replayed, file.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("traces")
    void shouldLeaveNothingBehindWhenEveryDeadlineHasPassed(Path file) throws IOException {
        assertTrue(Files.readString(file).contains("held     flows 0, tuples 0, parked 0, timers 0"), file + " does not end with empty tables");
    }

    @Test
    void shouldBeThere() throws IOException {
        assertTrue(traces().size() >= 20, "only " + traces().size() + " traces");
    }
}
