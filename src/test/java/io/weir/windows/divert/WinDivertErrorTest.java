package io.weir.windows.divert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.EngineException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WinDivertErrorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        2    | ERROR_FILE_NOT_FOUND             | WinDivert64.sys is not beside   | into one folder
        5    | ERROR_ACCESS_DENIED              | only administrators             | Run as administrator
        87   | ERROR_INVALID_PARAMETER          | does not take the filter        | weir filter derive
        577  | ERROR_INVALID_IMAGE_HASH         | signature                       | must be signed
        654  | ERROR_DRIVER_FAILED_PRIOR_UNLOAD | another version                 | sc stop WinDivert
        1058 | ERROR_SERVICE_DISABLED           | stopped while a program still   | sc stop WinDivert
        1060 | ERROR_SERVICE_DOES_NOT_EXIST     | not installed                   | Restart Weir
        1114 | ERROR_DLL_INIT_FAILED            | cannot run drivers              | Windows 10 or 11
        1275 | ERROR_DRIVER_BLOCKED             | policy                          | Exclude WinDivert64.sys
        1753 | EPT_S_NOT_REGISTERED             | Base Filtering Engine           | net start bfe
        4711 | unknown                          | does not document               | net helpmsg 4711
        """)
    void shouldSayWhatItMeansAndWhatToDoWhenOpeningFails(int code, String name, String meaning, String remedy) {
        EngineException told = WinDivertError.of(DivertCall.OPEN, code).exception(DivertCall.OPEN);
        assertTrue(told.getMessage().startsWith("opening the WinDivert driver failed: "), told.getMessage());
        assertTrue(told.getMessage().endsWith("(error " + code + ", " + name + ")"), told.getMessage());
        assertTrue(told.getMessage().contains(meaning), told.getMessage());
        assertTrue(told.remedy().contains(remedy), told.remedy());
    }

    @ParameterizedTest
    @EnumSource(DivertCall.class)
    void shouldHaveSentencesWhateverTheCodeAndTheCall(DivertCall call) {
        Set<String> names = new HashSet<>();
        for (int code = 1; code < 2000; code++) {
            WinDivertError error = WinDivertError.of(call, code);
            assertEquals(code, error.code());
            assertFalse(error.meaning().endsWith("."), error.meaning());
            assertTrue(error.remedy().endsWith("."), error.remedy());
            assertTrue(error.name().equals("unknown") || names.add(error.name()), error.name());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1214, 1231, 1233, 1232, 592, 87, 122})
    void shouldKnowWhatTheStackRefusesWhenSending(int code) {
        assertNotEquals("unknown", WinDivertError.of(DivertCall.SEND, code).name());
    }

    @Test
    void shouldMeanSomethingElseWhenAnotherCallIsGivenAWrongParameter() {
        assertNotEquals(WinDivertError.of(DivertCall.OPEN, 87).meaning(), WinDivertError.of(DivertCall.SEND, 87).meaning());
        assertNotEquals(WinDivertError.of(DivertCall.RECEIVE, 87).meaning(), WinDivertError.of(DivertCall.SEND, 87).meaning());
    }
}
