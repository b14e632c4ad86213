package io.weir.process;

/**
 * The process that opened a flow.
 *
 * @param pid         process id; 0 when only the user is known
 * @param startTime   start of the process in clock ticks since boot (Linux) or FILETIME (Windows): with the pid it names one process for ever
 * @param path        image path, empty if it may not be read
 * @param name        last part of {@code path}, or the command name where the path is hidden
 * @param user        user name, or uid/SID text
 * @param service     the Windows services that run in the process, {@code Dnscache} or {@code Dhcp+EventLog}; empty for none
 * @param parent      who started it
 * @param commandLine as it was when the process was first seen, cut to {@link #MOST_COMMAND_LINE} characters, empty if it may not be read. It may
 *                    hold secrets: {@link #toString} leaves it out, and so must every log
 */
public record Owner(long pid, long startTime, String path, String name, String user, String service, Parent parent, String commandLine) {
    public static final int MOST_COMMAND_LINE = 4096;

    /** Nobody could be found: the process is gone, or it may not be looked at. */
    public static final Owner UNKNOWN = new Owner(0, 0, "", "", "");

    /**
     * Who started a process. The parent may have ended since, and its number may be another's by now: where that shows, there is no parent.
     *
     * @param pid  0 for none
     * @param name of the image, empty if it is not known
     */
    public record Parent(long pid, String name) {
        public static final Parent NONE = new Parent(0, "");

        public boolean known() {
            return pid != 0;
        }
    }

    /** Where nothing is known of service, parent and command line. */
    public Owner(long pid, long startTime, String path, String name, String user) {
        this(pid, startTime, path, name, user, "", Parent.NONE, "");
    }

    public boolean known() {
        return pid != 0;
    }

    public Owner withService(String name) {
        return new Owner(pid, startTime, path, this.name, user, name, parent, commandLine);
    }

    @Override
    public String toString() {
        String services = service.isEmpty() ? "" : ", service " + service;
        String startedBy = parent.known() ? ", started by " + parent.name() + "[" + parent.pid() + "]" : "";
        return name + "[" + pid + "] " + path + " since " + startTime + (user.isEmpty() ? "" : ", user " + user) + services + startedBy;
    }
}
