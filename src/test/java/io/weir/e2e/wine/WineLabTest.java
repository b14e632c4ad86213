package io.weir.e2e.wine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.e2e.Lab;
import io.weir.e2e.ScriptedServer;
import io.weir.e2e.Servers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bed itself, without Weir: what fails here is no fault of the product. */
@OnWine
class WineLabTest {

    @Test
    void shouldHaveAWindowsJvmThatSpeaksBothFamilies(WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        List<String> said = lab.java(DualStackProgram.class, Lab.WEB, Lab.WEB6).orFail().out().lines().toList();
        assertEquals(List.of(Lab.APPLICATION, Lab.APPLICATION6, "accepted 127.0.0.1", "accepted ::1"), said);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFetchBeRefusedAndFindNoWayWhenNothingIsBetween(boolean ipv6, WineLab lab) {
        lab.servers().start(Servers.Kind.NGINX);
        assertEquals(ipv6 ? Lab.APPLICATION6 : Lab.APPLICATION, lab.fetch("fetch-plain", ipv6, "/who").orFail().out());
        assertEquals(Exit.REFUSED, lab.client("fetch-plain", "connect", ipv6 ? Lab.WEB6 : Lab.WEB, "81").exit());
        assertEquals(Exit.UNREACHABLE, lab.client("fetch-plain", "connect", ipv6 ? Lab.UNREACHABLE6 : Lab.UNREACHABLE, "80").exit());
    }

    @Test
    void shouldTellAResetFromAnEndWhenNothingIsBetween(WineLab lab) {
        try (ScriptedServer server = ScriptedServer.start(lab.lab(), false, connection -> {
            connection.getInputStream().read();
            connection.setSoLinger(true, 0);
        })) {
            assertEquals(Exit.RESET, lab.client("fetch-plain", "echo", Lab.SCRIPTED, Integer.toString(server.port()), "100000").exit());
        }
    }
}
