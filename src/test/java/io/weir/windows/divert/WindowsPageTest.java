package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/windows.md says of each code what Weir says. */
class WindowsPageTest {
    private static final int[] OF_OPEN = {2, 3, 5, 87, 110, 161, 577, 654, 1058, 1060, 1072, 1114, 1275, 1450, 1753};

    @Test
    void shouldExplainEveryErrorOfAnOpenInTheWordsOfTheProgram() throws IOException {
        StringBuilder table = new StringBuilder("| code | name | means | do |\n|---|---|---|---|\n");
        for (int code : OF_OPEN) {
            WinDivertError error = WinDivertError.of(DivertCall.OPEN, code);
            table.append("| ").append(code).append(" | `").append(error.name()).append("` | ").append(error.meaning()).append(" | ")
                .append(error.remedy()).append(" |\n");
        }
        assertTrue(Files.readString(Path.of("docs/windows.md")).contains(table), () -> "docs/windows.md must contain, word for word:\n\n" + table);
    }
}
