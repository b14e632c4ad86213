package io.weir.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortSetTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"80; 80", "80,443,8000-8100; 80,443,8000-8100", " 80 , 443 ; 80,443", "8000 - 8100; 8000-8100",
            "0-65535; 0-65535"})
    void shouldPrintWithoutBlanks(String text, String printed) {
        assertEquals(printed, PortSet.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "80,", ",80", "80,,81", "-", "80-", "-80", "1-2-3", "81-80", "65536", "100000", "-1", "+80", "8 0",
        "0x50", "http", "80;81", "\u0668\u0660", "80\t81"})
    void shouldRefuseWhatIsNoPortSet(String text) {
        assertThrows(IllegalArgumentException.class, () -> PortSet.parse(text));
    }

    @Test
    void shouldNameThePartThatIsWrong() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PortSet.parse("80,x1,90")).getMessage().contains("\"x1\""));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> PortSet.parse("80,90-85")).getMessage().contains("\"90-85\""));
    }

    @Test
    void shouldContainExactlyItsPorts() {
        PortSet set = PortSet.parse("0,80,443-445,65535");
        for (int port = -70_000; port <= 140_000; port++) {
            assertEquals(port == 0 || port == 80 || port >= 443 && port <= 445 || port == 65_535, set.contains(port), "port " + port);
        }
    }

    @Test
    void shouldGiveMaximalRuns() {
        int[][] runs = PortSet.parse("5,1-3,4,9,65534-65535").ranges().toArray(int[][]::new);
        assertEquals(3, runs.length);
        assertArrayEquals(new int[] {1, 5}, runs[0]);
        assertArrayEquals(new int[] {9, 9}, runs[1]);
        assertArrayEquals(new int[] {65_534, 65_535}, runs[2]);
    }

    @Test
    void shouldBeEqualWhenThePortsAre() {
        assertEquals(PortSet.parse("1-3"), PortSet.parse("3,2,1"));
        assertEquals(PortSet.parse("1-3").hashCode(), PortSet.parse("3,2,1").hashCode());
        assertNotEquals(PortSet.parse("1-3"), PortSet.parse("1-4"));
    }

    @Test
    void shouldReadBackItsRuns() {
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 50; round++) {
            StringBuilder text = new StringBuilder("1");
            for (int i = 0; i < 30; i++) {
                int first = random.nextInt(0x10000);
                text.append(',').append(first).append('-').append(Math.min(0xffff, first + random.nextInt(100)));
            }
            PortSet set = PortSet.parse(text.toString());
            StringBuilder runs = new StringBuilder();
            set.ranges().forEach(run -> runs.append(runs.isEmpty() ? "" : ",").append(run[0]).append('-').append(run[1]));
            assertEquals(set, PortSet.parse(runs.toString()), "round " + round);
        }
        assertFalse(PortSet.parse("1").isEmpty());
    }
}
