package io.weir.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must be true of the files themselves; every method returns the offences found, one line each. */
final class RepositoryRules {
    static final int LONGEST_FILE_LINES = 400;
    static final int LONGEST_LINE_COLUMNS = 150;
    /** Tables of cases read better unbroken. */
    static final int LONGEST_TEST_LINE_COLUMNS = 200;
    private static final Set<String> TOP_LEVEL = Set.of("README.md", "src", "windivert-bin", "filters", "docs", "tools", "pom.xml");
    private static final Pattern LICENCE = Pattern.compile("(LICENSE|LICENCE|NOTICE|COPYING)[\\w.-]*");
    private static final Pattern TEXT = Pattern.compile(".*\\.(java|md|xml|toml|puml|trace|txt|tsv|py|sh)|[^.]+");
    private static final Pattern SENTENCE = Pattern.compile("/\\*\\*[\\s*]+[A-Z][^*]+[.;:!]");
    /** Folders of one developer's machine, and hosts of one company's mirror. */
    private static final Pattern MACHINE = Pattern.compile("(?<![\\w./])/(work|root|workspace)/|\\b(artifactory|nexus|jfrog|pkg-mirror)\\b");

    private final Path top;

    RepositoryRules(Path top) {
        this.top = top;
    }

    List<String> strangersAtTheTop() {
        List<String> offences = new ArrayList<>();
        for (Path entry : list(top)) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(".") && !name.equals("target") && !TOP_LEVEL.contains(name) && !LICENCE.matcher(name).matches()) {
                offences.add(name + " does not belong at the top; see RepositoryRules.TOP_LEVEL");
            }
        }
        for (String needed : TOP_LEVEL) {
            if (!Files.exists(top.resolve(needed))) {
                offences.add(needed + " is missing");
            }
        }
        return offences;
    }

    List<String> foldersWithoutReadme(String... folders) {
        return Stream.of(folders).filter(folder -> !Files.isRegularFile(top.resolve(folder).resolve("README.md")))
            .map(folder -> folder + " has no README.md that says what it is for").toList();
    }

    List<String> packagesWithoutASentence() {
        Set<Path> packages = new TreeSet<>();
        for (Path file : files("src/main/java")) {
            packages.add(file.getParent());
        }
        List<String> offences = new ArrayList<>();
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || !SENTENCE.matcher(text(info)).find()) {
                offences.add(top.relativize(folder) + " has no package-info.java with a sentence");
            }
        }
        return offences;
    }

    List<String> longFiles() {
        return eachText("src/main", (file, offences) -> {
            long lines = text(file).lines().count();
            if (lines > LONGEST_FILE_LINES) {
                offences.add(top.relativize(file) + ": " + lines + " lines, at most " + LONGEST_FILE_LINES);
            }
        });
    }

    List<String> untidyLines() {
        return eachText("", (file, offences) -> {
            boolean java = file.toString().endsWith(".java");
            int columns = file.startsWith(top.resolve("src/test")) ? LONGEST_TEST_LINE_COLUMNS : LONGEST_LINE_COLUMNS;
            boolean table = file.toString().endsWith(".tsv"); // tabs part its cells, the last of which may be empty
            String content = text(file);
            if (content.contains("\r")) {
                offences.add(top.relativize(file) + ": CRLF");
            }
            int number = 0;
            for (String line : content.split("\n", -1)) {
                number++;
                String where = top.relativize(file) + ":" + number + ": ";
                if (!table && (line.endsWith(" ") || line.endsWith("\t"))) {
                    offences.add(where + "trailing space");
                }
                if (!table && line.contains("\t")) {
                    offences.add(where + "tab");
                }
                if (java && line.length() > columns) {
                    offences.add(where + line.length() + " columns, at most " + columns);
                }
            }
        });
    }

    /** Old versions of cmd.exe lose their way to a label in a file with other line ends. */
    List<String> commandFilesWithoutCrlf() {
        return files("").stream().filter(file -> file.toString().endsWith(".cmd"))
            .filter(file -> text(file).lines().count() != text(file).split("\r\n", -1).length - 1)
            .map(file -> top.relativize(file) + " has lines that do not end with CRLF").toList();
    }

    List<String> namesOfAMachine() {
        return eachText("", (file, offences) -> {
            if (file.getFileName().toString().startsWith("RepositoryRules")) {
                return;
            }
            int number = 0;
            for (String line : text(file).split("\n", -1)) {
                number++;
                if (MACHINE.matcher(line).find()) {
                    offences.add(top.relativize(file) + ":" + number + ": names a folder or host of one machine: " + line.strip());
                }
            }
        });
    }

    /** Which of {@code names} do not stand between backquotes in {@code page}. */
    List<String> undocumented(String page, Collection<String> names) {
        Path file = top.resolve(page);
        String content = Files.exists(file) ? text(file) : "";
        return names.stream().filter(name -> !content.contains("`" + name + "`")).map(name -> page + " does not explain `" + name + "`").toList();
    }

    private List<String> eachText(String folder, BiConsumer<Path, List<String>> rule) {
        List<String> offences = new ArrayList<>();
        for (Path file : files(folder)) {
            if (TEXT.matcher(file.getFileName().toString()).matches()) {
                rule.accept(file, offences);
            }
        }
        return offences;
    }

    private List<Path> files(String folder) {
        Path start = top.resolve(folder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(start)) {
            return walk.filter(Files::isRegularFile).filter(this::kept).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean kept(Path file) {
        String first = top.relativize(file).getName(0).toString();
        return !first.equals("target") && (!first.startsWith(".") || first.equals(".ci"));
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
