package io.weir.linux.process;

import io.weir.process.Owner;

/**
 * A process that owned a socket, its folder held open so that a later process with the same number is never taken for it.
 * Written by the look-up thread; the deciding thread reads, and notes where it found the process's newest socket.
 */
final class KnownProcess {
    /** /proc counts in hundredths of a second on every architecture. */
    private static final long NS_PER_TICK = 10_000_000;

    private final int folder;
    private final ProcessFacts facts;
    private volatile int newestFile;
    private volatile int user = -1;
    private volatile Owner owner;
    private volatile boolean forgotten;

    KnownProcess(int folder, ProcessFacts facts) {
        this.folder = folder;
        this.facts = facts;
    }

    int folder() {
        return folder;
    }

    ProcessFacts facts() {
        return facts;
    }

    /** Whether it was there at that time since boot: else another process had its number. */
    boolean startedBefore(long timeNs) {
        return facts.startTime() * NS_PER_TICK <= timeNs;
    }

    /** Where its newest socket was found. The next one is likely to be near: the kernel gives out the lowest free number. */
    int newestFile() {
        return newestFile;
    }

    void foundAt(int file) {
        newestFile = file;
    }

    /** uid of who made its newest socket, -1 before there was one. */
    int user() {
        return user;
    }

    /** The owner of this process's sockets made as {@code uid}, null when its sockets were last seen under another user. */
    Owner ownerAs(int uid) {
        Owner seen = owner;
        return user == uid ? seen : null;
    }

    Owner become(int uid, String userName) {
        Owner made = facts.owner(userName);
        user = -1;
        owner = made;
        user = uid;
        return made;
    }

    /** Once true, the folder is about to be closed and may be used only by a reading that began before. */
    boolean isForgotten() {
        return forgotten;
    }

    void forget() {
        forgotten = true;
    }
}
