package io.weir.linux.nfqueue;

import io.weir.engine.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tables were not there before us: iptables over nf_tables makes them with the first rule. Kept in a file, written before anything is
 * changed, so that the run after a crash still knows.
 */
final class CreatedTables {
    private static final List<String> USED = List.of("raw", "mangle");

    private final Path file;
    private final Set<String> created = new TreeSet<>();

    /** With what an earlier run has left. */
    CreatedTables(Path stateDirectory) {
        file = stateDirectory.resolve("nfqueue-tables");
        try {
            if (Files.exists(file)) {
                created.addAll(Files.readAllLines(file));
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private EngineException failure(IOException e) {
        return new EngineException("cannot keep " + file + ": " + e,
            "Make the folder writable for Weir, or choose another linux.state-directory.", e);
    }

    /** @param saved what iptables-save prints before anything of ours is there */
    void note(AddressFamily family, String saved) {
        for (String table : USED) {
            if (saved.lines().noneMatch(line -> line.equals("*" + table))) {
                created.add(entry(family, table));
            }
        }
    }

    private static String entry(AddressFamily family, String table) {
        return family.program() + " " + table;
    }

    void write() {
        if (created.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, created);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Removes those of a family that are empty. @param saved what iptables-save prints when our chains are out */
    void remove(AddressFamily family, String saved) {
        String table = "";
        for (String line : saved.lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1);
            } else if (line.startsWith(":OUTPUT ACCEPT ") && created.contains(entry(family, table))) {
                NftTable.removeIfEmpty(family, table);
            }
        }
    }

    /** Everything is as it was. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
