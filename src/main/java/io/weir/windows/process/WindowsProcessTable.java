package io.weir.windows.process;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** {@link ProcessTable} on the system's own processes. */
final class WindowsProcessTable implements ProcessTable {
    private static final int MOST_CHARACTERS = 32768;
    private static final int NATIVE_FORM = 1;
    private static final int BASIC_INFORMATION = 48;
    private static final int BASIC_PARENT = 40;
    private static final long LIST_FOR_NS = 1_000_000_000L;
    private static final long DRIVES_FOR_NS = 10_000_000_000L;
    private static final int MOST_LIST = 1 << 26;

    private final LongSupplier clock;
    private final NativeBuffer times = new NativeBuffer(32);
    private final NativeBuffer length = new NativeBuffer(16);
    private final NativeBuffer basic = new NativeBuffer(BASIC_INFORMATION);
    private final NativeBuffer text = new NativeBuffer(2 * MOST_CHARACTERS + 16);
    private final NativeBuffer longText = new NativeBuffer(2 * MOST_CHARACTERS);
    private final NativeBuffer list = new NativeBuffer(1 << 18);
    private final Accounts accounts = new Accounts();
    private final RunningServices services;
    private Map<Integer, Listed> listed = Map.of();
    private Map<String, String> drives = Map.of();
    private long listedNs;
    private long drivesNs;

    /** @param clock monotonic, in nanoseconds */
    WindowsProcessTable(LongSupplier clock) {
        this.clock = clock;
        services = new RunningServices(clock);
        listedNs = clock.getAsLong() - LIST_FOR_NS;
        drivesNs = clock.getAsLong() - DRIVES_FOR_NS;
    }

    @Override
    public long open(int pid) {
        return Kernel32.OpenProcess(Kernel32.PROCESS_QUERY_LIMITED_INFORMATION | Kernel32.SYNCHRONIZE, 0, pid);
    }

    @Override
    public void close(long handle) {
        Kernel32.CloseHandle(handle);
    }

    @Override
    public boolean hasEnded(long handle) {
        return Kernel32.WaitForSingleObject(handle, 0) == 0;
    }

    @Override
    public long startTime(long handle) {
        long at = times.address();
        return Kernel32.GetProcessTimes(handle, at, at + 8, at + 16, at + 24) == 0 ? 0 : times.bytes().getLong(0);
    }

    @Override
    public String imagePath(long handle) {
        String path = imagePath(handle, 0);
        path = withDrive(ImagePath.plain(path.isEmpty() ? nativePath(handle) : path));
        return ImagePath.withUpperDrive(ImagePath.mayBeShort(path) ? longPath(path) : path);
    }

    /** {@code \Device\HarddiskVolume3\…}: told also where the volume has no letter, or its letter may not be seen. */
    String nativePath(long handle) {
        return imagePath(handle, NATIVE_FORM);
    }

    String withDrive(String path) {
        return ImagePath.isNative(path) ? ImagePath.withDrive(path, drives()) : path;
    }

    private String imagePath(long handle, int form) {
        length.bytes().putInt(0, MOST_CHARACTERS);
        int found = Kernel32.QueryFullProcessImageNameW(handle, form, text.address(), length.address());
        return found == 0 ? "" : text.text(0, 2 * length.bytes().getInt(0));
    }

    /** The path itself where a part of it is gone, or may not be seen. */
    private String longPath(String path) {
        long shortText = text.putText(0, path);
        int characters = Kernel32.GetLongPathNameW(shortText, longText.address(), MOST_CHARACTERS);
        return characters == 0 || characters > MOST_CHARACTERS ? path : longText.text(0, 2 * characters);
    }

    private Map<String, String> drives() {
        if (clock.getAsLong() - drivesNs >= DRIVES_FOR_NS) {
            drivesNs = clock.getAsLong();
            Map<String, String> found = new TreeMap<>();
            for (char letter = 'A'; letter <= 'Z'; letter++) {
                String drive = letter + ":";
                int characters = Kernel32.QueryDosDeviceW(text.putText(0, drive), longText.address(), MOST_CHARACTERS);
                // A drive made by subst is another's folder, not a device.
                if (characters > 0 && ImagePath.isNative(longText.textToZero(0))) {
                    found.put(drive, longText.textToZero(0));
                }
            }
            drives = found;
        }
        return drives;
    }

    @Override
    public String user(long handle) {
        return accounts.user(handle);
    }

    @Override
    public String systemUser() {
        return accounts.system();
    }

    @Override
    public int parent(long handle) {
        int status = Ntdll.NtQueryInformationProcess(handle, Ntdll.PROCESS_BASIC_INFORMATION, basic.address(), BASIC_INFORMATION, length.address());
        return status < 0 ? 0 : (int) basic.bytes().getLong(BASIC_PARENT);
    }

    @Override
    public String commandLine(long handle) {
        int status = Ntdll.NtQueryInformationProcess(handle, Ntdll.PROCESS_COMMAND_LINE_INFORMATION, text.address(), text.capacity(),
            length.address());
        return status < 0 ? "" : text.unicodeString(0);
    }

    @Override
    public Listed listed(int pid) {
        if (clock.getAsLong() - listedNs >= LIST_FOR_NS) {
            listedNs = clock.getAsLong();
            listed = list();
        }
        return listed.get(pid);
    }

    private Map<Integer, Listed> list() {
        while (true) {
            int status = Ntdll.NtQuerySystemInformation(Ntdll.SYSTEM_PROCESS_INFORMATION, list.address(), list.capacity(), length.address());
            if (status >= 0) {
                return ProcessListing.read(list);
            }
            if (status != Ntdll.STATUS_INFO_LENGTH_MISMATCH || list.capacity() >= MOST_LIST) {
                return Map.of();
            }
            list.reserve(2 * Math.max(list.capacity(), Math.min(MOST_LIST, length.bytes().getInt(0))));
        }
    }

    @Override
    public String services(int pid) {
        return services.of(pid);
    }

    /** Lets go of the service manager. */
    void close() {
        services.close();
    }
}
