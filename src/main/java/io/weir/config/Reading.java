package io.weir.config;

import io.weir.rules.PathStyle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What a reader of one file needs beside the file, and the problems found so far. */
final class Reading {
    private static final int LONGEST_VALUE = 60;
    private final Source source;
    private final Path directory;
    private final PathStyle style;
    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();

    /** @param directory relative paths begin there */
    Reading(Source source, Path directory, PathStyle style, Map<String, String> environment) {
        this.source = source;
        this.directory = directory;
        this.style = style;
        this.environment = environment;
    }

    PathStyle style() {
        return style;
    }

    Path directory() {
        return directory;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The value is wrong. */
    void error(TomlNode node, String message, String remedy) {
        add(Problem.Severity.ERROR, node.from(), node.path(), shown(node), message, remedy);
    }

    void warning(TomlNode node, String message, String remedy) {
        add(Problem.Severity.WARNING, node.from(), node.path(), shown(node), message, remedy);
    }

    /** The key itself is wrong; its value is not shown, for it may be a secret under a mistyped name. */
    void errorAtKey(TomlNode node, String message, String remedy) {
        add(Problem.Severity.ERROR, node.keyAt(), node.path(), "", message, remedy);
    }

    void errorAt(int offset, String message, String remedy) {
        add(Problem.Severity.ERROR, offset, "", "", message, remedy);
    }

    /** {@code message} as thrown by the types of other packages: what is wrong, perhaps followed by {@code ; remedy}. */
    void error(TomlNode node, IllegalArgumentException thrown, String remedy) {
        String message = thrown.getMessage();
        int split = message.indexOf("; ");
        error(node, split < 0 ? message : message.substring(0, split), split < 0 ? remedy : message.substring(split + 2));
    }

    private void add(Problem.Severity severity, int offset, String key, String value, String message, String remedy) {
        problems.add(new Problem(severity, source.file(), source.line(offset), source.column(offset), key, value, message, remedy));
    }

    private String shown(TomlNode node) {
        if (node.kind() == TomlNode.Kind.TABLE || node.path().startsWith("upstream") && node.kind() == TomlNode.Kind.ARRAY) {
            return "";
        }
        if (node.name().equals(Keys.PASSWORD.name())) {
            return "…";
        }
        String raw = source.text().substring(node.from(), node.to()).replaceAll("\\s+", " ");
        return raw.length() <= LONGEST_VALUE ? raw : raw.substring(0, LONGEST_VALUE - 1) + "…";
    }

    int line(TomlNode node) {
        return source.line(node.from());
    }

    int errorCount() {
        return (int) problems.stream().filter(problem -> problem.severity() == Problem.Severity.ERROR).count();
    }

    /** By place. */
    List<Problem> problems() {
        List<Problem> out = new ArrayList<>(problems);
        out.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return out;
    }
}
