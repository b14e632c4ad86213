package io.weir.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.process.Owner;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessPatternTest {
    private static final Owner CURL = new Owner(7, 1, "/usr/bin/curl", "curl", "alice");
    private static final Owner HIDDEN = new Owner(8, 1, "", "curl", "root");
    private static final Owner FIREFOX = new Owner(9, 1, "C:\\Program Files\\Mozilla Firefox\\firefox.exe", "firefox.exe", "PC\\alice");

    @ParameterizedTest
    @CsvSource({"curl, true", "Curl, false", "cur?, true", "c*, true", "/usr/bin/curl, true", "/usr/bin/*, true", "/usr/*, false", "**/curl, true",
        "regex:.*/cu(rl|t), true", "regex:curl, false", "wget, false"})
    void shouldMatchWholeNameOrPathWhenUnix(String pattern, boolean expected) {
        assertEquals(expected, ProcessPattern.parse(pattern, PathStyle.UNIX).matches(CURL));
    }

    @ParameterizedTest
    @CsvSource({"FIREFOX.exe, true", "firefox, false", "C:/program files/**/firefox.EXE, true", "regex:c:.*FIREFOX\\.exe, true", "*.exe, true"})
    void shouldIgnoreCaseWhenWindows(String pattern, boolean expected) {
        assertEquals(expected, ProcessPattern.parse(pattern, PathStyle.WINDOWS).matches(FIREFOX));
    }

    @Test
    void shouldFallBackToNameOnlyForRegexWhenPathIsHidden() {
        assertTrue(ProcessPattern.parse("curl", PathStyle.UNIX).matches(HIDDEN));
        assertTrue(ProcessPattern.parse("regex:cu.*", PathStyle.UNIX).matches(HIDDEN));
        assertFalse(ProcessPattern.parse("**/curl", PathStyle.UNIX).matches(HIDDEN));
        assertFalse(ProcessPattern.parse("**", PathStyle.UNIX).matches(Owner.UNKNOWN));
    }

    @ParameterizedTest
    @CsvSource({"'', a process needs a name", "regex:(, regular expression is wrong", "regex:*a, near character 1", "bin/curl, can never match",
        "/usr/bin/, names a directory", "regex:(a+)+\\1b, takes for ever", "'regex:(.*a){12}b', takes for ever"})
    void shouldSayWhatIsWrongWhenPatternCannotBe(String pattern, String part) {
        IllegalArgumentException problem = assertThrows(IllegalArgumentException.class, () -> ProcessPattern.parse(pattern, PathStyle.UNIX));
        assertTrue(problem.getMessage().contains(part), problem.getMessage());
    }

    @Test
    void shouldAcceptUsualRegexesWhenTheyLookNested() {
        for (String regex : new String[] {"(?:[^/]+/)*curl", "/opt/(app|tool)-[0-9]+(\\.[0-9]+)*/bin/.*", ".*/(curl|wget)"}) {
            ProcessPattern.parse("regex:" + regex, PathStyle.UNIX);
        }
    }

    @Test
    void shouldGiveUpWhenRegexRunsAwayOnAPathNobodyTried() {
        ProcessPattern pattern = ProcessPattern.parse("regex:(\\W+)+0", PathStyle.UNIX);
        Owner owner = new Owner(1, 1, "/" + "-+".repeat(1000) + "1", "x", "");
        assertTimeout(Duration.ofSeconds(30), () -> assertFalse(pattern.matches(owner)));
    }

    @Test
    void shouldCoverWhenEveryOwnerOfTheOtherMatches() {
        assertTrue(covers("curl", "curl"));
        assertTrue(covers("c*", "curl"));
        assertTrue(covers("curl", "/usr/bin/curl"));
        assertTrue(covers("/usr/bin/*", "/usr/bin/curl"));
        assertFalse(covers("/usr/bin/curl", "curl"));
        assertFalse(covers("curl", "c*"));
        assertFalse(covers("curl", "regex:.*curl"));
    }

    private static boolean covers(String wide, String narrow) {
        return ProcessPattern.parse(wide, PathStyle.UNIX).covers(ProcessPattern.parse(narrow, PathStyle.UNIX));
    }
}
