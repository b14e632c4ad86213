package io.weir.windows.process;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Processes as a test sets them up. A held process keeps its number, as on Windows: {@link #start} with it fails. */
final class FakeProcessTable implements ProcessTable {
    static final class FakeProcess {
        final int pid;
        int parent;
        long startTime;
        String path = "";
        String listedName = "";
        String user = "PC\\alice";
        String commandLine = "";
        String services = "";
        boolean mayBeOpened = true;
        boolean ended;

        private FakeProcess(int pid) {
            this.pid = pid;
        }
    }

    private final Map<Integer, FakeProcess> alive = new ConcurrentHashMap<>();
    private final Map<Long, FakeProcess> handles = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> servicesAsked = new HashMap<>();
    private long nextHandle = 0x100;
    private int opened;

    synchronized FakeProcess start(int pid, long startTime, String path) {
        if (isHeld(pid)) {
            throw new AssertionError("the number of a process that is held is not given away: " + pid);
        }
        FakeProcess process = new FakeProcess(pid);
        process.startTime = startTime;
        process.path = path;
        process.listedName = ImagePath.lastPart(path);
        alive.put(pid, process);
        return process;
    }

    synchronized boolean isHeld(int pid) {
        return handles.values().stream().anyMatch(process -> process.pid == pid);
    }

    synchronized void end(int pid) {
        alive.remove(pid).ended = true;
    }

    synchronized int openHandles() {
        return handles.size();
    }

    synchronized int opened() {
        return opened;
    }

    int servicesAsked(int pid) {
        return servicesAsked.getOrDefault(pid, 0);
    }

    private FakeProcess of(long handle) {
        FakeProcess process = handles.get(handle);
        if (process == null) {
            throw new AssertionError("used after it was closed, or never opened: handle " + handle);
        }
        return process;
    }

    @Override
    public synchronized long open(int pid) {
        FakeProcess process = alive.get(pid);
        if (process == null || !process.mayBeOpened) {
            return 0;
        }
        opened++;
        handles.put(++nextHandle, process);
        return nextHandle;
    }

    @Override
    public synchronized void close(long handle) {
        of(handle);
        handles.remove(handle);
    }

    @Override
    public boolean hasEnded(long handle) {
        return of(handle).ended;
    }

    @Override
    public long startTime(long handle) {
        return of(handle).startTime;
    }

    @Override
    public String imagePath(long handle) {
        return of(handle).path;
    }

    @Override
    public String user(long handle) {
        return of(handle).user;
    }

    @Override
    public String systemUser() {
        return "NT AUTHORITY\\SYSTEM";
    }

    @Override
    public int parent(long handle) {
        return of(handle).parent;
    }

    @Override
    public String commandLine(long handle) {
        return of(handle).commandLine;
    }

    @Override
    public Listed listed(int pid) {
        FakeProcess process = alive.get(pid);
        return process == null ? null : new Listed(pid, process.parent, process.startTime, process.listedName);
    }

    @Override
    public String services(int pid) {
        servicesAsked.merge(pid, 1, Integer::sum);
        return alive.get(pid).services;
    }
}
