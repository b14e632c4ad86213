package io.weir.windows.process;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.process.Owner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of processes; bounded, the oldest knowledge goes first. The look-up thread writes, any thread may read. A process is asked once, when
 * its first socket is seen: that takes some tenths of a millisecond.
 */
final class Processes {
    private static final int MOST = 1024;
    private static final int IDLE = 0;
    private static final int SYSTEM = 4;
    private static final String SERVICES = "services.exe";

    private final ProcessTable table;
    private final EventClock clock;
    private final Counters counters;
    private final Map<Integer, KnownProcess> byPid = new ConcurrentHashMap<>();
    private final ArrayDeque<KnownProcess> byAge = new ArrayDeque<>();

    Processes(ProcessTable table, EventClock clock, Counters counters) {
        this.table = table;
        this.clock = clock;
        this.counters = counters;
    }

    /** Any thread: the process that did something then, if that can be said without asking Windows; else null. */
    KnownProcess remembered(int pid, long timestamp) {
        KnownProcess known = byPid.get(pid);
        return known != null && known.isHeld() && !clock.startedAfter(known.startTime(), timestamp) ? known : null;
    }

    /**
     * The process that did something then.
     *
     * @param timestamp QueryPerformanceCounter
     * @return null when it is gone, be it that another has its number now
     */
    KnownProcess at(int pid, long timestamp) {
        if (pid == IDLE) {
            return null;
        }
        KnownProcess known = byPid.get(pid);
        if (known == null || !known.isHeld()) {
            known = asked(pid, known);
        }
        if (known != null && isLaterThan(timestamp, known.startTime())) {
            counters.increment(Counter.OWNER_REUSED);
            return null;
        }
        return known;
    }

    private boolean isLaterThan(long timestamp, long startTime) {
        if (!clock.startedAfter(startTime, timestamp)) {
            return false;
        }
        clock.adjust(); // the system time may have been set
        return clock.startedAfter(startTime, timestamp) && clock.isPast(startTime);
    }

    private KnownProcess asked(int pid, KnownProcess before) {
        long handle = table.open(pid);
        if (handle != 0) {
            return remember(new KnownProcess(pid, handle, owner(pid, handle)), before);
        }
        ProcessTable.Listed listed = table.listed(pid);
        if (listed == null && pid != SYSTEM) {
            return null;
        }
        long startTime = listed == null ? 0 : listed.startTime();
        if (before != null && before.startTime() == startTime) {
            return before;
        }
        String name = listed == null || listed.name().isEmpty() ? "System" : listed.name();
        Owner.Parent parent = listed == null ? Owner.Parent.NONE : parent(listed.parent(), startTime);
        Owner owner = new Owner(unsigned(pid), startTime, "", name, pid == SYSTEM ? table.systemUser() : "", services(pid, parent), parent, "");
        return remember(new KnownProcess(pid, 0, owner), before);
    }

    private Owner owner(int pid, long handle) {
        long startTime = table.startTime(handle);
        String path = table.imagePath(handle);
        Owner.Parent parent = parent(table.parent(handle), startTime);
        return new Owner(unsigned(pid), startTime, path, path.isEmpty() ? hiddenName(pid) : ImagePath.lastPart(path), table.user(handle),
            services(pid, parent), parent, cut(table.commandLine(handle)));
    }

    private static long unsigned(int pid) {
        return Integer.toUnsignedLong(pid);
    }

    private static String cut(String commandLine) {
        return commandLine.length() > Owner.MOST_COMMAND_LINE ? commandLine.substring(0, Owner.MOST_COMMAND_LINE) : commandLine;
    }

    /** Some processes have no image: the system's own, Registry, Memory Compression, those of other kernels. */
    private String hiddenName(int pid) {
        ProcessTable.Listed listed = table.listed(pid);
        return listed == null || listed.name().isEmpty() ? pid == SYSTEM ? "System" : "" : listed.name();
    }

    private Owner.Parent parent(int pid, long childStartTime) {
        if (pid == IDLE) {
            return Owner.Parent.NONE;
        }
        KnownProcess known = byPid.get(pid);
        if (known != null && known.isHeld()) {
            return parent(pid, known.startTime(), known.owner().name(), childStartTime);
        }
        long handle = table.open(pid);
        if (handle == 0) {
            ProcessTable.Listed listed = table.listed(pid);
            return listed == null ? new Owner.Parent(unsigned(pid), "") : parent(pid, listed.startTime(), listed.name(), childStartTime);
        }
        try {
            String path = table.imagePath(handle);
            return parent(pid, table.startTime(handle), path.isEmpty() ? hiddenName(pid) : ImagePath.lastPart(path), childStartTime);
        } finally {
            table.close(handle);
        }
    }

    /** Who started after its child is not its parent. */
    private static Owner.Parent parent(int pid, long startTime, String name, long childStartTime) {
        return startTime > childStartTime ? Owner.Parent.NONE : new Owner.Parent(unsigned(pid), name);
    }

    private String services(int pid, Owner.Parent parent) {
        return parent.name().equalsIgnoreCase(SERVICES) ? table.services(pid) : "";
    }

    private KnownProcess remember(KnownProcess process, KnownProcess before) {
        if (before != null) {
            byAge.remove(before);
        }
        while (byAge.size() >= MOST) {
            forget(byAge.poll());
        }
        byAge.add(process);
        byPid.put(process.pid(), process);
        return process;
    }

    private void forget(KnownProcess process) {
        byPid.remove(process.pid(), process);
        if (process.isHeld()) {
            table.close(process.handle());
        }
    }

    /** Lets go of those that have ended: Windows keeps an ended process for as long as somebody holds it. */
    void forgetEnded() {
        List<KnownProcess> ended = new ArrayList<>();
        for (KnownProcess process : byAge) {
            if (!process.isHeld() || table.hasEnded(process.handle())) {
                ended.add(process);
            }
        }
        byAge.removeAll(ended);
        ended.forEach(this::forget);
    }

    boolean isEmpty() {
        return byAge.isEmpty();
    }

    /** When no other thread reads any more. */
    void close() {
        byAge.forEach(this::forget);
        byAge.clear();
    }
}
