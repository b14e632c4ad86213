package io.weir.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.rules.PathStyle;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Texts in double quotes say what they say, backslash after backslash. */
class EscapedTextTest {
    @Test
    void shouldTakeEachBackslashOnce() {
        assertEquals("C:\\temp\\new\\run.exe", EscapedText.read("\"C:\\\\temp\\\\new\\\\run.exe\""));
        assertEquals("\\\\", EscapedText.read("\"\\\\\\\\\""));
        assertEquals("\\\t", EscapedText.read("\"\\\\\\t\""));
        assertEquals("\\u0041A", EscapedText.read("\"\\\\u0041\\u0041\""));
        assertEquals("\"a\"", EscapedText.read("\"\\\"a\\\"\""));
    }

    @Test
    void shouldJoinLinesWhereABackslashEndsOne() {
        assertEquals("\\\n  bc", EscapedText.read("\"\"\"\\\\\n  b\\\n   c\"\"\""));
        assertEquals("a\\b", EscapedText.read("\"\"\"\r\na\\\\b\"\"\""));
    }

    @Test
    void shouldKeepEveryTextThatTheProgramItselfQuoted() {
        SplittableRandom random = new SplittableRandom(17);
        String alphabet = "\\\"tnbfru0041/ \n\r\t\u0001é";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); text.length() < length; ) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertEquals(text.toString(), EscapedText.read(Kinds.quoted(text.toString())), "seed 17, text " + i);
        }
    }

    @Test
    void shouldReadAPathOfWindowsWhereAFileNamesOne() {
        ConfigReport report = Reports.of("[[rule]]\nprocess = [\"C:\\\\tools\\\\new\\\\**\\\\firefox.exe\"]\naction = \"block\"\n", PathStyle.WINDOWS);
        assertEquals(List.of(), report.problems());
        assertEquals(1, report.effective().split("C:\\\\\\\\tools\\\\\\\\new", -1).length - 1, report.effective());
    }
}
