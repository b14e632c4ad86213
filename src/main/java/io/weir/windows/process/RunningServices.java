package io.weir.windows.process;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Which services run in which process, as the service manager tells it in one call. Mostly it is one, and no table need be asked for more; where
 * it is several, {@link SocketServices} finds the one. Look-up thread only.
 */
final class RunningServices {
    /** Between the names of services that share a process. */
    static final char SEPARATOR = '+';
    private static final int ERROR_MORE_DATA = 234;
    private static final long LIST_FOR_NS = 1_000_000_000L;
    private static final int MOST_BYTES = 1 << 20;

    private final LongSupplier clock;
    /** At most 256 KiB are given at once. */
    private final NativeBuffer records = new NativeBuffer(1 << 18);
    private final NativeBuffer numbers = new NativeBuffer(16);
    private Map<Integer, String> byProcess = Map.of();
    private long manager;
    private long listedNs;

    RunningServices(LongSupplier clock) {
        this.clock = clock;
        listedNs = clock.getAsLong() - LIST_FOR_NS;
    }

    /** The services' names joined by +; empty when none runs there, or that may not be known. */
    String of(int pid) {
        if (clock.getAsLong() - listedNs >= LIST_FOR_NS) {
            listedNs = clock.getAsLong();
            byProcess = list();
        }
        return byProcess.getOrDefault(pid, "");
    }

    private Map<Integer, String> list() {
        Map<Integer, String> out = new TreeMap<>();
        if (manager == 0) {
            manager = Advapi32.OpenSCManagerW(0, 0, Advapi32.SC_MANAGER_ENUMERATE_SERVICE);
        }
        if (manager == 0) {
            return out;
        }
        long needed = numbers.address();
        numbers.bytes().putInt(8, 0);
        for (int bytes = 0; bytes < MOST_BYTES; bytes += records.capacity()) {
            int complete = Advapi32.EnumServicesStatusExW(manager, 0, Advapi32.SERVICE_WIN32, Advapi32.SERVICE_ACTIVE, records.address(),
                records.capacity(), needed, needed + 4, needed + 8, 0);
            if (complete == 0 && Kernel32.lastError() != ERROR_MORE_DATA) {
                break;
            }
            ServiceListing.read(records, numbers.bytes().getInt(4), out);
            if (complete != 0) {
                break;
            }
        }
        return out;
    }

    void close() {
        if (manager != 0) {
            Advapi32.CloseServiceHandle(manager);
            manager = 0;
        }
    }
}
