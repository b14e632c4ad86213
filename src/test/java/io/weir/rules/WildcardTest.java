package io.weir.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardTest {

    @ParameterizedTest
    @CsvSource({
        "curl*, curl, true", "curl*, curl-7, true", "curl*, libcurl, false", "c?rl, curl, true", "c?rl, crl, false", "'*', anything, true",
        "/usr/bin/*, /usr/bin/curl, true", "/usr/bin/*, /usr/bin/x/curl, false", "/usr/**, /usr/bin/x/curl, true", "/usr/**, /usr/, true",
        "/usr/**/curl, /usr/curl, true", "/usr/**/curl, /usr/a/b/curl, true", "/usr/**/curl, /usr/a/libcurl, false", "**/curl, /usr/bin/curl, true",
        "**/curl, /usr/bin/xcurl, false", "/opt/a**z, /opt/a/b/z, true", "/opt/a**z, /opt/az, true", "/o?t/x, /o/t/x, false",
        "/a/**/b/**/c, /a/b/c, true", "/a/**/b/**/c, /a/1/2/b/3/c, true", "/a/**/b/**/c, /a/1/2/3/c, false", "'**', /x/y, true",
        "/Opt/*, /opt/x, false"})
    void shouldMatchUnixPathsWhenPatternSaysSo(String pattern, String text, boolean expected) {
        assertEquals(expected, new Wildcard(pattern, PathStyle.UNIX).matches(text), pattern + " on " + text);
    }

    @ParameterizedTest
    @CsvSource({
        "C:\\Program Files\\**\\firefox.exe, c:\\program files\\Mozilla\\Firefox.EXE, true", "C:/Program Files/**, C:\\Program Files\\x, true",
        "'*.exe', CURL.EXE, true", "C:\\*\\x.exe, C:\\a\\b\\x.exe, false", "**\\x.exe, C:\\a\\b\\X.exe, true"})
    void shouldIgnoreCaseAndKindOfSeparatorWhenWindows(String pattern, String text, boolean expected) {
        assertEquals(expected, new Wildcard(pattern, PathStyle.WINDOWS).matches(text), pattern + " on " + text);
    }

    @Test
    void shouldAgreeWithRegularExpressionWhenPatternIsRandom() {
        for (long seed = 1; seed <= 20_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            String pattern = random(random, new String[] {"a", "b", "/", "?", "*", "**", "**/", "/**/"}, 6);
            String text = random(random, new String[] {"a", "b", "/", "ab", "/a"}, 7);
            boolean expected = Pattern.matches(toRegex(pattern), text);
            assertEquals(expected, new Wildcard(pattern, PathStyle.UNIX).matches(text), "seed " + seed + ": " + pattern + " on " + text);
        }
    }

    private static String random(SplittableRandom random, String[] pieces, int most) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(1, most + 1); i > 0; i--) {
            out.append(pieces[random.nextInt(pieces.length)]);
        }
        return out.toString();
    }

    private static String toRegex(String pattern) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < pattern.length()) {
            boolean atName = i == 0 || pattern.charAt(i - 1) == '/';
            if (atName && pattern.startsWith("**/", i)) {
                out.append("(?:.*/)?");
                i += 3;
            } else if (pattern.startsWith("**", i)) {
                out.append(".*");
                i += 2;
            } else {
                char c = pattern.charAt(i++);
                out.append(c == '*' ? "[^/]*" : c == '?' ? "[^/]" : Pattern.quote(String.valueOf(c)));
            }
        }
        return out.toString();
    }

    @Test
    void shouldStayQuickWhenPatternIsHostile() {
        String text = "/a".repeat(2000);
        assertTimeout(Duration.ofSeconds(30), () -> assertEquals(false, new Wildcard("**a*".repeat(60) + "b", PathStyle.UNIX).matches(text)));
    }
}
