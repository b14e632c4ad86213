package io.weir.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of {@link RepositoryRules} hold for this tree, and each finds what is planted in another. */
class RepositoryRulesTest {
    private final RepositoryRules repository = new RepositoryRules(Path.of("").toAbsolutePath());

    @TempDir
    Path planted;

    @Test
    void shouldHaveOnlyKnownEntriesAtTheTop() throws IOException {
        assertNone(repository.strangersAtTheTop());
        assertCatches("junk.txt", "", RepositoryRules::strangersAtTheTop);
    }

    @Test
    void shouldExplainFoldersThatComeLater() {
        assertNone(repository.foldersWithoutReadme("windivert-bin", "filters"));
        assertFalse(new RepositoryRules(planted).foldersWithoutReadme("filters").isEmpty());
    }

    @Test
    void shouldSayASentenceInEveryPackage() throws IOException {
        assertNone(repository.packagesWithoutASentence());
        assertCatches("src/main/java/io/weir/mute/Mute.java", "package io.weir.mute;", RepositoryRules::packagesWithoutASentence);
        assertCatches("src/main/java/io/weir/mute/package-info.java", "/** */\npackage io.weir.mute;", RepositoryRules::packagesWithoutASentence);
    }

    @Test
    void shouldKeepEveryMainFileReadable() throws IOException {
        assertNone(repository.longFiles());
        assertCatches("src/main/java/Long.java", "x\n".repeat(RepositoryRules.LONGEST_FILE_LINES + 1), RepositoryRules::longFiles);
    }

    @Test
    void shouldKeepLinesTidy() throws IOException {
        assertNone(repository.untidyLines());
        for (String untidy : List.of("\tx", "x ", "x\r\n", "x".repeat(RepositoryRules.LONGEST_LINE_COLUMNS + 1))) {
            assertCatches("src/main/java/Untidy.java", untidy, RepositoryRules::untidyLines);
        }
    }

    @Test
    void shouldEndTheLinesOfCommandFilesAsWindowsDoes() throws IOException {
        assertNone(repository.commandFilesWithoutCrlf());
        assertCatches("tools/odd.cmd", "@echo off\nexit /b 0\r\n", RepositoryRules::commandFilesWithoutCrlf);
    }

    @Test
    void shouldNameNoMachine() throws IOException {
        assertNone(repository.namesOfAMachine());
        assertCatches("docs/page.md", "see /work/notes", RepositoryRules::namesOfAMachine);
        assertCatches("docs/page.md", "from artifactory.example.org", RepositoryRules::namesOfAMachine);
    }

    @Test
    void shouldExplainEveryCounterAndDropReason() {
        assertNone(repository.undocumented("docs/counters.md", Stream.of(Counter.values()).map(Counter::label).toList()));
        assertNone(repository.undocumented("docs/counters.md", Stream.of(DropReason.values()).map(DropReason::label).toList()));
        assertFalse(repository.undocumented("docs/counters.md", List.of("no-such-counter")).isEmpty());
    }

    private void assertCatches(String file, String content, Function<RepositoryRules, List<String>> rule) throws IOException {
        Path path = planted.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        List<String> offences = rule.apply(new RepositoryRules(planted));
        Files.delete(path);
        assertFalse(offences.isEmpty(), "nothing found in " + file + ": " + content.strip());
    }

    private static void assertNone(List<String> offences) {
        assertEquals(List.of(), offences, () -> String.join("\n", offences));
    }
}
