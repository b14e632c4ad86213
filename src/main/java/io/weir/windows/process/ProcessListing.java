package io.weir.windows.process;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The records of {@code NtQuerySystemInformation(SystemProcessInformation)} on a 64-bit system: distance to the next record @0 (4 bytes, 0 in the
 * last), start time @32 (8), image name @56 (a UNICODE_STRING), process id @80 (8), parent's @88 (8).
 */
final class ProcessListing {
    private static final int START_TIME = 32;
    private static final int NAME = 56;
    private static final int PROCESS = 80;
    private static final int PARENT = 88;
    private static final int RECORD = 96;

    private ProcessListing() {
    }

    static Map<Integer, ProcessTable.Listed> read(NativeBuffer from) {
        Map<Integer, ProcessTable.Listed> out = new HashMap<>();
        ByteBuffer bytes = from.bytes();
        int at = 0;
        while (at + RECORD <= bytes.capacity()) {
            int pid = (int) bytes.getLong(at + PROCESS);
            int parent = (int) bytes.getLong(at + PARENT);
            out.put(pid, new ProcessTable.Listed(pid, parent, bytes.getLong(at + START_TIME), from.unicodeString(at + NAME)));
            int next = bytes.getInt(at);
            if (next <= 0) {
                break;
            }
            at += next;
        }
        return out;
    }
}
