package io.weir.windows.process;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The records of {@code EnumServicesStatusEx} on a 64-bit system, 56 bytes each: address of the service's name @0, of its display name @8, then its
 * status, in it the process id @44.
 */
final class ServiceListing {
    private static final int NAME = 0;
    private static final int PROCESS = 44;
    private static final int RECORD = 56;

    private ServiceListing() {
    }

    /** Adds the services of each process, joined by + in the order they come. */
    static void read(NativeBuffer from, int records, Map<Integer, String> to) {
        ByteBuffer bytes = from.bytes();
        for (int at = 0; at < records * RECORD && at + RECORD <= bytes.capacity(); at += RECORD) {
            int name = from.indexOf(bytes.getLong(at + NAME));
            int pid = bytes.getInt(at + PROCESS);
            if (name >= 0 && pid != 0) {
                to.merge(pid, from.textToZero(name), (before, more) -> before + RunningServices.SEPARATOR + more);
            }
        }
    }
}
