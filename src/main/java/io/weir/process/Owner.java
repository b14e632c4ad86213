package io.weir.process;

/**
 * The process that opened a flow.
 *
 * @param pid       process id; 0 when only the user is known
 * @param startTime start of the process in clock ticks since boot (Linux) or FILETIME (Windows): with the pid it names one process for ever
 * @param path      image path, empty if it may not be read
 * @param name      last part of {@code path}, or the command name where the path is hidden
 * @param user      user name, or uid/SID text
 */
public record Owner(long pid, long startTime, String path, String name, String user) {
    /** Nobody could be found: the process is gone, or it may not be looked at. */
    public static final Owner UNKNOWN = new Owner(0, 0, "", "", "");

    public boolean known() {
        return pid != 0;
    }
}
