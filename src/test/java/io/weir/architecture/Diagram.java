package io.weir.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The components of docs/architecture.puml: the package pattern in each stereotype. */
record Diagram(List<String> components) {
    private static final Pattern COMPONENT = Pattern.compile("^\\s*\\[[^\\]]+\\]\\s*<<([^>]+)>>");

    static Diagram read(Path file) {
        List<String> patterns = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher component = COMPONENT.matcher(line);
                if (component.find()) {
                    patterns.add(component.group(1).trim());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Diagram(List.copyOf(patterns));
    }

    String[] packagePatterns(String... more) {
        List<String> all = new ArrayList<>(components);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
