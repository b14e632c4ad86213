package io.weir.cli;

import io.weir.process.Owner;

/** Programs as a command line names them. */
final class Programs {

    private Programs() {
    }

    /** An owner that runs {@code process}: its name, or the path of its image. */
    static Owner owner(long pid, String process, String user) {
        int slash = Math.max(process.lastIndexOf('/'), process.lastIndexOf('\\'));
        return new Owner(pid, 0, slash < 0 ? "" : process, process.substring(slash + 1), user);
    }
}
