package io.weir.linux.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is known of processes and sockets; bounded, the oldest knowledge goes first. The look-up thread writes; the deciding thread reads,
 * without locks, between {@link #enter()} and {@link #leave()}. A folder that was forgotten is closed only when the deciding thread cannot
 * be using it any more: its number would at once be another file's.
 */
final class OwnerMemory {
    private static final int PROCESSES = 256;
    private static final int SOCKETS = 8192;
    private static final int OPENERS = 16;
    private static final KnownProcess[] NOBODY = {};

    private final ProcessTable processes;
    private final Map<Integer, KnownProcess> byPid = new ConcurrentHashMap<>();
    private final ArrayDeque<KnownProcess> byAge = new ArrayDeque<>();
    private final AtomicReferenceArray<Holding> byInode = new AtomicReferenceArray<>(SOCKETS);
    private volatile KnownProcess[] openers = NOBODY;
    /** Odd while the deciding thread is reading. */
    private final AtomicLong readings = new AtomicLong();
    private final List<KnownProcess> forgotten = new ArrayList<>();
    private long readingWhenForgotten;

    /** @param processes the look-up thread's */
    OwnerMemory(ProcessTable processes) {
        this.processes = processes;
    }

    void enter() {
        readings.set(readings.get() + 1);
    }

    void leave() {
        readings.lazySet(readings.get() + 1);
    }

    /** Where this socket was last seen, null when it never was. */
    Holding holding(long inode) {
        Holding seen = byInode.get((int) inode & SOCKETS - 1);
        return seen != null && seen.inode() == inode && !seen.process().isForgotten() ? seen : null;
    }

    /** The processes that opened sockets, most recent first. Not to be changed. */
    KnownProcess[] openers() {
        return openers;
    }

    KnownProcess process(int pid) {
        return byPid.get(pid);
    }

    /** Look-up thread: takes over the process and its folder. */
    void add(KnownProcess process) {
        while (byAge.size() >= PROCESSES) {
            KnownProcess oldest = byAge.poll();
            if (isOpener(oldest) && !oldest.isForgotten()) {
                byAge.add(oldest);
            } else {
                forget(oldest);
            }
        }
        byAge.add(process);
        byPid.put(process.facts().pid(), process);
    }

    private boolean isOpener(KnownProcess process) {
        for (KnownProcess opener : openers) {
            if (opener == process) {
                return true;
            }
        }
        return false;
    }

    /** Any thread: only the newest news of a socket counts. */
    void saw(Holding holding) {
        byInode.set((int) holding.inode() & SOCKETS - 1, holding);
        holding.process().foundAt(holding.file());
    }

    /** Look-up thread: puts a process at the head of the openers. */
    void opened(KnownProcess process) {
        KnownProcess[] old = openers;
        if (old.length == 0 || old[0] != process) {
            openers = withFirst(process, old);
        }
    }

    private static KnownProcess[] withFirst(KnownProcess first, KnownProcess[] others) {
        List<KnownProcess> all = new ArrayList<>(OPENERS);
        all.add(first);
        for (KnownProcess other : others) {
            if (other != first && all.size() < OPENERS) {
                all.add(other);
            }
        }
        return all.toArray(NOBODY);
    }

    /** Look-up thread: the process is gone, or runs another image now. */
    void forget(KnownProcess process) {
        if (process.isForgotten()) {
            return;
        }
        process.forget();
        byPid.remove(process.facts().pid(), process);
        List<KnownProcess> rest = new ArrayList<>(List.of(openers));
        rest.remove(process);
        openers = rest.toArray(NOBODY);
        forgotten.add(process);
        readingWhenForgotten = readings.get();
    }

    /** Look-up thread: closes the folders of forgotten processes that nobody can be reading. */
    void closeForgotten() {
        boolean beingRead = (readingWhenForgotten & 1) == 1 && readings.get() == readingWhenForgotten;
        if (forgotten.isEmpty() || beingRead) {
            return;
        }
        for (KnownProcess process : forgotten) {
            processes.close(process.folder());
        }
        forgotten.clear();
    }

    /** When both threads have ended. */
    void close() {
        for (KnownProcess known : List.copyOf(byPid.values())) {
            forget(known);
        }
        readingWhenForgotten = 0;
        closeForgotten();
    }
}
