package io.weir.config;

import java.util.List;

/**
 * What came of reading a file.
 *
 * @param settings null when there is an error among the problems
 * @param problems by line
 * @param text     the file's lines, for showing them
 */
public record ConfigReport(Settings settings, List<Problem> problems, List<String> text) {
    public ConfigReport {
        problems = List.copyOf(problems);
        text = List.copyOf(text);
    }

    public boolean hasErrors() {
        return settings == null;
    }
}
