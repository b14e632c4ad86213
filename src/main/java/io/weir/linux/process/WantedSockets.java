package io.weir.linux.process;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The sockets one search looks for, and where it found them. */
final class WantedSockets {
    private final long[] inodes;
    private final Holding[] found;
    private final Set<Integer> users;
    private int missing;

    /**
     * @param inodes in any order, each once
     * @param users  who made the sockets
     */
    WantedSockets(long[] inodes, Set<Integer> users) {
        this.inodes = inodes.clone();
        Arrays.sort(this.inodes);
        this.users = new HashSet<>(users);
        found = new Holding[inodes.length];
        missing = inodes.length;
    }

    /** Whether this socket is looked for and not found yet. */
    boolean wants(long inode) {
        int at = inode > 0 ? Arrays.binarySearch(inodes, inode) : -1;
        return at >= 0 && found[at] == null;
    }

    boolean madeBy(int user) {
        return users.contains(user);
    }

    void found(Holding holding) {
        int at = Arrays.binarySearch(inodes, holding.inode());
        if (at >= 0 && found[at] == null) {
            found[at] = holding;
            missing--;
        }
    }

    boolean complete() {
        return missing == 0;
    }

    /** Where the socket is open, null when it was not found. */
    Holding holding(long inode) {
        int at = Arrays.binarySearch(inodes, inode);
        return at < 0 ? null : found[at];
    }
}
