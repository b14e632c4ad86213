package io.weir.windows.process;

import io.weir.metrics.Counters;
import io.weir.process.Owner;

/** What the product says of a process, asked directly. */
final class WindowsPrograms {

    private WindowsPrograms() {
    }

    static Owner ownerOf(long pid) {
        WindowsProcessTable table = new WindowsProcessTable(System::nanoTime);
        EventClock clock = EventClock.ofWindows();
        Processes processes = new Processes(table, clock, new Counters());
        KnownProcess known = processes.at((int) pid, clock.timestamp());
        processes.close();
        table.close();
        return known == null ? null : known.owner();
    }
}
