package io.weir.windows.process;

/** What is asked of Windows about processes. Look-up thread only. */
interface ProcessTable {

    /** A process as the list of all of them shows it, whatever the rights. */
    record Listed(int pid, int parent, long startTime, String name) {
    }

    /** A handle to be given back by {@link #close}; 0 when there is no such process, or it may not be looked at. */
    long open(int pid);

    void close(long handle);

    boolean hasEnded(long handle);

    /** FILETIME; 0 when it cannot be told. */
    long startTime(long handle);

    /** Path of the image with its drive letter and long names; empty where there is none, or none is shown. */
    String imagePath(long handle);

    /** {@code DOMAIN\name}, or the SID where it has no name; empty where the right to know is missing. */
    String user(long handle);

    /** The account Windows itself runs as. */
    String systemUser();

    /** pid of the parent, 0 when it cannot be told. */
    int parent(long handle);

    /** Empty where the right to know is missing. */
    String commandLine(long handle);

    /** By a list at most a second old; null when there is no such process. */
    Listed listed(int pid);

    /** The services that run in the process, joined by +; empty for none. */
    String services(int pid);
}
