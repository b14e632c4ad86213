package io.weir.linux.process;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Processes as a test sets them up; counts what looking at them would have cost. Folders die with their process, as those of /proc do. */
final class FakeProcessTable implements ProcessTable {
    private static final class FakeProcess {
        private final int user;
        private final ProcessFacts facts;
        private final TreeMap<Integer, Long> files = new TreeMap<>();

        private FakeProcess(int user, ProcessFacts facts) {
            this.user = user;
            this.facts = facts;
        }
    }

    private final TreeMap<Integer, FakeProcess> alive = new TreeMap<>();
    private final Map<Integer, FakeProcess> folders = new HashMap<>();
    private int nextFolder = 100;
    private int newest;
    private long startTime;
    private int linksRead;
    private int filesListed;
    private int processesListed;

    void start(int pid, int parent, int user, String image) {
        alive.put(pid, new FakeProcess(user, new ProcessFacts(pid, parent, ++startTime, "command", image.getBytes())));
        newest = pid;
    }

    /** Replaces the program of a process, as exec does. */
    void execute(int pid, String image) {
        FakeProcess before = alive.get(pid);
        ProcessFacts facts = new ProcessFacts(pid, before.facts.parent(), before.facts.startTime(), "command", image.getBytes());
        FakeProcess after = new FakeProcess(before.user, facts);
        after.files.putAll(before.files);
        alive.put(pid, after);
        folders.replaceAll((folder, process) -> process == before ? after : process);
    }

    void end(int pid) {
        FakeProcess gone = alive.remove(pid);
        folders.replaceAll((folder, process) -> process == gone ? null : process);
    }

    /** Opens a file; inode 0 is one that is no socket. */
    void open(int pid, int file, long inode) {
        alive.get(pid).files.put(file, inode);
    }

    void closeFile(int pid, int file) {
        alive.get(pid).files.remove(file);
    }

    int openFolders() {
        return folders.size();
    }

    int linksRead() {
        return linksRead;
    }

    int filesListed() {
        return filesListed;
    }

    int processesListed() {
        return processesListed;
    }

    @Override
    public void listProcesses(IntList to) {
        processesListed++;
        alive.keySet().forEach(to::add);
    }

    @Override
    public int newestNumber() {
        return newest;
    }

    @Override
    public boolean isProcess(int number) {
        return alive.containsKey(number);
    }

    @Override
    public int user(int pid) {
        return alive.containsKey(pid) ? alive.get(pid).user : -1;
    }

    @Override
    public int open(int pid) {
        if (!alive.containsKey(pid)) {
            return -1;
        }
        folders.put(nextFolder, alive.get(pid));
        return nextFolder++;
    }

    @Override
    public void close(int folder) {
        if (!folders.containsKey(folder)) {
            throw new AssertionError("closed twice: folder " + folder);
        }
        folders.remove(folder);
    }

    private FakeProcess of(int folder) {
        if (!folders.containsKey(folder)) {
            throw new AssertionError("used after it was closed: folder " + folder);
        }
        return folders.get(folder);
    }

    @Override
    public void listFiles(int folder, IntList to) {
        filesListed++;
        FakeProcess process = of(folder);
        if (process != null) {
            process.files.keySet().forEach(to::add);
        }
    }

    @Override
    public long socket(int folder, int file) {
        linksRead++;
        FakeProcess process = of(folder);
        return process == null ? NO_FILE : process.files.getOrDefault(file, NO_FILE);
    }

    @Override
    public ProcessFacts facts(int folder) {
        FakeProcess process = of(folder);
        return process == null ? null : process.facts;
    }

    @Override
    public boolean runs(int folder, byte[] image) {
        FakeProcess process = of(folder);
        return process != null && java.util.Arrays.equals(process.facts.image(), image);
    }
}
