"""CPU time, memory and CPU affinity of a process and everything below it, from /proc."""
import os

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """The process and all its descendants."""
    pids = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                for child in file.read().split():
                    pids += tree(int(child))
    except OSError:
        pass
    return pids


def cpu_seconds(pid):
    ticks = 0
    for each in tree(pid):
        try:
            with open(f"/proc/{each}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / TICKS_PER_SECOND


def resident_mb(pid):
    kilobytes = 0
    for each in tree(pid):
        try:
            with open(f"/proc/{each}/status") as file:
                kilobytes += sum(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
        except OSError:
            pass
    return kilobytes / 1024


def pin(pids, cpus):
    """Lets all threads of these process trees run on these CPUs only."""
    for pid in pids:
        for each in tree(pid):
            try:
                for task in os.listdir(f"/proc/{each}/task"):
                    os.sched_setaffinity(int(task), cpus)
            except OSError:
                pass
