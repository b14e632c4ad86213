package io.weir.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The text of a file, and the line and column of every place in it. */
final class Source {
    private final String file;
    private final String text;
    private final int[] lineStarts;

    /** @param file its name, as messages show it */
    Source(String file, String text) {
        this.file = file;
        this.text = text;
        lineStarts = lineStarts(text);
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = at + 1;
        }
        return Arrays.copyOf(starts, count);
    }

    String file() {
        return file;
    }

    String text() {
        return text;
    }

    /** From 1. */
    int line(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** From 1, in characters as people count them (code points). */
    int column(int offset) {
        return text.codePointCount(lineStarts[line(offset) - 1], offset) + 1;
    }

    List<String> lines() {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < lineStarts.length; i++) {
            String line = text.substring(lineStarts[i], i + 1 < lineStarts.length ? lineStarts[i + 1] - 1 : text.length());
            out.add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        }
        return out;
    }
}
