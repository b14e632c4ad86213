package io.weir.linux.process;

/**
 * Finds the processes that hold sockets, cheapest guesses first: near the newest socket of who opened sockets last, in the processes started last,
 * in all files of known openers, at last in every process. One pass serves all sockets asked for. Look-up thread only.
 */
final class SocketSearch {
    private static final int OPENERS_PROBED = 3;
    private static final int PROBES_EACH_WAY = 64;
    private static final int GAP = 8;
    private static final int NEWEST_NUMBERS = 64;
    private static final int GENERATIONS = 16;
    /** A process with more files than this is left for the last resort: reading 18,000 links takes 100 ms. */
    private static final int MANY_FILES = 2048;

    private final ProcessTable processes;
    private final OwnerMemory memory;
    private final IntList files = new IntList();
    private final IntList numbers = new IntList();
    private final IntList examined = new IntList();

    SocketSearch(ProcessTable processes, OwnerMemory memory) {
        this.processes = processes;
        this.memory = memory;
    }

    /** Looks in the likely places: some hundred system calls at most. */
    void likely(WantedSockets wanted) {
        examined.clear();
        probeOpeners(wanted);
        if (!wanted.complete()) {
            lookAtNewest(wanted);
        }
        if (!wanted.complete()) {
            listOpeners(wanted);
        }
    }

    /** Looks everywhere else. To be called after {@link #likely} with the same sockets; costs a system call for every open file of the machine. */
    void everywhere(WantedSockets wanted) {
        numbers.clear();
        processes.listProcesses(numbers);
        int newest = processes.newestNumber();
        int first = 0;
        while (first < numbers.size() && numbers.get(first) <= newest) {
            first++;
        }
        for (boolean sameUser : new boolean[] {true, false}) {
            // Numbers are given out upwards and begin anew at the top: from the newest downwards is from young to old.
            for (int i = 0; i < numbers.size() && !wanted.complete(); i++) {
                int pid = numbers.get(Math.floorMod(first - 1 - i, numbers.size()));
                if (wanted.madeBy(processes.user(pid)) == sameUser && !wasExamined(pid)) {
                    examine(pid, Integer.MAX_VALUE, wanted);
                }
            }
        }
    }

    private void probeOpeners(WantedSockets wanted) {
        int probed = 0;
        for (KnownProcess opener : memory.openers()) {
            if (wanted.complete() || probed == OPENERS_PROBED) {
                return;
            }
            if (wanted.madeBy(opener.user())) {
                probed++;
                if (!probe(opener, wanted) && !processes.runs(opener.folder(), opener.facts().image())) {
                    memory.forget(opener);
                }
            }
        }
    }

    /** @return whether any file was there: of a process that is gone there is none */
    private boolean probe(KnownProcess opener, WantedSockets wanted) {
        int newest = opener.newestFile();
        boolean any = false;
        int gap = 0;
        for (int file = newest; file < newest + PROBES_EACH_WAY && gap < GAP && !wanted.complete(); file++) {
            boolean open = look(opener, file, wanted);
            gap = open ? 0 : gap + 1;
            any |= open;
        }
        for (int file = newest - 1; file >= 0 && file > newest - PROBES_EACH_WAY && !wanted.complete(); file--) {
            any |= look(opener, file, wanted);
        }
        return any;
    }

    private boolean look(KnownProcess opener, int file, WantedSockets wanted) {
        long inode = processes.socket(opener.folder(), file);
        if (wanted.wants(inode)) {
            KnownProcess holder = known(opener.facts().pid());
            if (holder != null) {
                hold(holder, inode, file, wanted);
            }
        }
        return inode != ProcessTable.NO_FILE;
    }

    private void lookAtNewest(WantedSockets wanted) {
        int newest = processes.newestNumber();
        for (int number = newest; number > 0 && number > newest - NEWEST_NUMBERS && !wanted.complete(); number--) {
            if (processes.isProcess(number) && wanted.madeBy(processes.user(number))) {
                examine(number, MANY_FILES, wanted);
            }
        }
    }

    private void listOpeners(WantedSockets wanted) {
        for (KnownProcess opener : memory.openers()) {
            int pid = opener.facts().pid();
            if (wanted.madeBy(opener.user()) && !wasExamined(pid) && !wanted.complete()) {
                examine(pid, MANY_FILES, wanted);
            }
        }
    }

    private boolean wasExamined(int pid) {
        for (int i = 0; i < examined.size(); i++) {
            if (examined.get(i) == pid) {
                return true;
            }
        }
        return false;
    }

    /** Looks at every file of a process, the newest ones first. */
    private void examine(int pid, int most, WantedSockets wanted) {
        int folder = processes.open(pid);
        if (folder < 0) {
            return;
        }
        files.clear();
        processes.listFiles(folder, files);
        if (files.size() > most) {
            processes.close(folder);
            return;
        }
        examined.add(pid);
        KnownProcess holder = null;
        for (int i = files.size() - 1; i >= 0 && !wanted.complete(); i--) {
            int file = files.get(i);
            long inode = processes.socket(folder, file);
            if (wanted.wants(inode)) {
                if (holder == null) {
                    holder = known(pid);
                }
                if (holder != null) {
                    hold(holder, inode, file, wanted);
                }
            }
        }
        processes.close(folder);
    }

    /** What is known of a process, read anew when it is another one by now, or has become another program; null when it is gone. */
    KnownProcess known(int pid) {
        KnownProcess known = memory.process(pid);
        if (known != null) {
            if (processes.runs(known.folder(), known.facts().image())) {
                return known;
            }
            memory.forget(known);
        }
        int folder = processes.open(pid);
        if (folder < 0) {
            return null;
        }
        ProcessFacts facts = processes.facts(folder);
        if (facts == null) {
            processes.close(folder);
            return null;
        }
        KnownProcess read = new KnownProcess(folder, facts);
        memory.add(read);
        return read;
    }

    private void hold(KnownProcess found, long inode, int file, WantedSockets wanted) {
        KnownProcess holder = opener(found, inode, file);
        Holding holding = new Holding(inode, holder, file);
        memory.opened(holder);
        memory.saw(holding);
        wanted.found(holding);
    }

    /** A child inherits its parent's files under the same numbers: the oldest of the line that has the socket opened it. */
    private KnownProcess opener(KnownProcess found, long inode, int file) {
        KnownProcess opener = found;
        // Numbers used again could make a circle of stale parents.
        for (int generation = 0; generation < GENERATIONS && holds(opener.facts().parent(), inode, file); generation++) {
            KnownProcess parent = known(opener.facts().parent());
            if (parent == null) {
                break;
            }
            opener = parent;
        }
        return opener;
    }

    private boolean holds(int pid, long inode, int file) {
        int folder = pid > 0 ? processes.open(pid) : -1;
        if (folder < 0) {
            return false;
        }
        try {
            return processes.socket(folder, file) == inode;
        } finally {
            processes.close(folder);
        }
    }
}
