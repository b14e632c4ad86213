package io.weir.config;

import io.weir.rules.PathStyle;
import io.weir.rules.ProcessPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Warns of a program named by a symbolic link: a process is known by the file it runs, so {@code nc}, a link to {@code nc.openbsd} on Debian,
 * would match nothing.
 */
final class ProgramLinks {
    private final List<Path> folders;

    /** @param searchPath as in {@code PATH}, null for none */
    ProgramLinks(String searchPath) {
        String[] names = searchPath == null ? new String[0] : searchPath.split(":");
        folders = Stream.of(names).filter(folder -> folder.startsWith("/")).map(Path::of).toList();
    }

    void check(TomlNode node, List<ProcessPattern> patterns, Reading reading) {
        if (reading.style() != PathStyle.UNIX) {
            return;
        }
        for (ProcessPattern pattern : patterns) {
            Path target = pattern.literal() == null ? null : target(pattern.literal());
            if (target != null) {
                boolean byPath = pattern.literal().indexOf('/') >= 0;
                String real = byPath ? target.toString() : target.getFileName().toString();
                reading.warning(node, pattern + " is a link: the process will be called " + real, "write \"" + real + '"');
            }
        }
    }

    /** Where the link leads in the end, if that changes what the process is called. */
    private Path target(String literal) {
        try {
            if (literal.indexOf('/') >= 0) {
                Path path = Path.of(literal);
                return Files.exists(path) && !path.toRealPath().equals(path) ? path.toRealPath() : null;
            }
            for (Path folder : folders) {
                Path path = folder.resolve(literal);
                if (Files.isExecutable(path) && !Files.isDirectory(path)) {
                    return path.toRealPath().getFileName().toString().equals(literal) ? null : path.toRealPath();
                }
            }
            return null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }
}
