package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.config.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformsTest {

    @Test
    void shouldSayHowToBecomeAnAdministratorBeforeAnythingElse() {
        CommandFailure failure = assertThrows(CommandFailure.class, () -> Platforms.requireElevation(() -> false));
        assertEquals(ExitCode.ENGINE, failure.code());
        assertTrue(failure.getMessage().contains("administrator"), failure.getMessage());
        assertTrue(failure.remedy().contains("Run as administrator"), failure.remedy());
    }

    @Test
    void shouldGoOnWithTheRights() {
        Platforms.requireElevation(() -> true);
    }

    @Test
    void shouldHaveWindowsRedirectFromTheOneLoopbackAddressThatIsKnownToWork(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("weir.toml"), "[redirect]\nnat-addresses = 16\n");
        assertEquals(1, new WindowsPlatform(SettingsReader.read(file).settings(), false).mostLoopbackAddresses());
    }
}
