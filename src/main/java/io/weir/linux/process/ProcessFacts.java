package io.weir.linux.process;

import io.weir.process.Owner;
import java.nio.charset.StandardCharsets;

/**
 * One process as /proc shows it.
 *
 * @param parent      pid of the parent, 0 for the first process
 * @param startTime   clock ticks since boot
 * @param command     the command name, at most 15 characters
 * @param image       bytes of the image link; empty where it may not be read
 * @param parentName  of the parent's image, empty if it is not known
 * @param commandLine as {@code Owner} wants it
 */
record ProcessFacts(int pid, int parent, long startTime, String command, byte[] image, String parentName, String commandLine) {
    private static final String DELETED = " (deleted)";

    ProcessFacts(int pid, int parent, long startTime, String command, byte[] image) {
        this(pid, parent, startTime, command, image, "", "");
    }

    /** Path of the image. An upgrade leaves running programs with a deleted image: they go by the path they were started from. */
    String path() {
        String text = new String(image, StandardCharsets.UTF_8);
        return text.endsWith(DELETED) ? text.substring(0, text.length() - DELETED.length()) : text;
    }

    Owner owner(String userName) {
        Owner.Parent startedBy = parent == 0 ? Owner.Parent.NONE : new Owner.Parent(parent, parentName);
        return new Owner(pid, startTime, path(), name(), userName, "", startedBy, commandLine);
    }

    String name() {
        String path = path();
        return path.isEmpty() ? command : path.substring(path.lastIndexOf('/') + 1);
    }
}
