package io.weir.config;

import java.util.List;

/**
 * What came of reading a file.
 *
 * @param settings  null when there is an error among the problems
 * @param problems  by place
 * @param text      the file's lines
 * @param notes     sentences about what was left to a default that not everybody wants; nothing is wrong
 * @param effective the configuration as TOML with every default spelled out and secrets hidden; null when there is an error
 */
public record ConfigReport(Settings settings, List<Problem> problems, List<String> notes, List<String> text, String effective) {
    public ConfigReport {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
        text = List.copyOf(text);
    }

    public boolean hasErrors() {
        return settings == null;
    }

    /**
     * Every problem with its line and a caret, then the count; empty when there is none.
     *
     * @param colour with ANSI colours, for a terminal
     */
    public String render(boolean colour) {
        return new ReportText(this, colour).toString();
    }
}
