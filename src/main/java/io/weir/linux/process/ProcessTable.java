package io.weir.linux.process;

/**
 * What is asked of /proc. A folder is an open /proc/PID: it speaks of that one process for ever and goes dead with it, whoever gets the number next.
 * Instances have buffers of their own and belong to one thread; folders may be used by any instance.
 */
interface ProcessTable {
    /** In place of an inode: there is no such file, or no such process any more. */
    long NO_FILE = -1;
    /** In place of an inode: the file is not a socket. */
    long NOT_A_SOCKET = 0;

    /** Adds the numbers of all processes. */
    void listProcesses(IntList to);

    /** The process or thread number given out last, 0 when the system does not tell. */
    int newestNumber();

    /** Whether a number from {@link #newestNumber()} downwards is a process and not a thread. False also when the system does not tell. */
    boolean isProcess(int number);

    /** uid the process runs as, -1 when it is gone. Root where the process must not be looked at. */
    int user(int pid);

    /** A folder to be given back by {@link #close(int)}, -1 when there is no such process. */
    int open(int pid);

    void close(int folder);

    /** Adds the numbers of all open files, lowest first. */
    void listFiles(int folder, IntList to);

    /** The inode of the socket that is open under this number, {@link #NOT_A_SOCKET} or {@link #NO_FILE}. */
    long socket(int folder, int file);

    /** What can be read about the process, null when it is gone. */
    ProcessFacts facts(int folder);

    /** Whether the process lives and still runs this image: an exec changes it. Does not allocate. */
    boolean runs(int folder, byte[] image);
}
