package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

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
}
