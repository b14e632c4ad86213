package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

    @Test
    void shouldNeverChangeANumber() {
        assertEquals("[0, 1, 2, 3, 4, 5, 6, 7]", Arrays.toString(Arrays.stream(ExitCode.values()).mapToInt(ExitCode::number).toArray()));
        assertEquals(ExitCode.NOT_RUNNING, ExitCode.values()[7]);
        assertEquals(ExitCode.INVALID, ExitCode.values()[3]);
        assertEquals(ExitCode.ENGINE, ExitCode.values()[4]);
    }

    @Test
    void shouldBeDocumentedInTheSameWords() throws IOException {
        String page = Files.readString(Path.of("docs/exit-codes.md"));
        for (ExitCode code : ExitCode.values()) {
            String row = "| " + code.number() + " | `" + code.label() + "` | " + code.meaning() + " |";
            assertTrue(page.contains(row), () -> "docs/exit-codes.md lacks: " + row);
        }
    }
}
