package io.weir.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every row of the tables taken from the official DLL: result, error text and position, object, normal form. */
class CompileConformanceTest {

    @Test
    void shouldAgreeWithEveryRowOfTheCompileTable() throws IOException {
        List<String> disagreements = new ArrayList<>();
        int rows = 0;
        for (String line : lines("filter-compile.tsv")) {
            String[] cell = line.split("\t", -1);
            if (line.startsWith("#")) {
                continue;
            }
            rows++;
            String expected = cell[3] + " @" + cell[4] + " " + cell[5] + " | " + cell[6];
            String actual;
            try {
                Filter filter = Filter.compile(cell[1], Layer.valueOf(cell[0]));
                actual = "No error @0 " + filter.object() + " | " + filter.formatted();
            } catch (FilterException e) {
                actual = e.code().text() + " @" + e.position() + "  | ";
            }
            if (!expected.equals(actual)) {
                disagreements.add(line + "\n   expected " + expected + "\n   actual   " + actual);
            }
        }
        assertEquals(203, rows);
        assertEquals(List.of(), disagreements, () -> String.join("\n", disagreements));
    }

    static List<String> lines(String table) throws IOException {
        try (var in = CompileConformanceTest.class.getResourceAsStream("/windivert/" + table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
