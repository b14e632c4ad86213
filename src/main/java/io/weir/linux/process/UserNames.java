package io.weir.linux.process;

import io.weir.linux.libc.LibC;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** User names by uid, as the system's name service tells them (it may be slow); remembered. Look-up thread only. */
final class UserNames {
    private static final int MOST = 1024;

    private final NativeBuffer record = new NativeBuffer(256);
    private final NativeBuffer text = new NativeBuffer(16384);
    private final NativeBuffer result = new NativeBuffer(8);
    private final Map<Integer, String> names = new HashMap<>();

    /** The name, or the uid in decimal where it has none. */
    String name(int uid) {
        String known = names.get(uid);
        if (known == null) {
            if (names.size() == MOST) {
                names.clear();
            }
            known = ask(uid);
            names.put(uid, known);
        }
        return known;
    }

    private String ask(int uid) {
        int failure = LibC.getpwuid_r(uid, record.address(), text.address(), text.capacity(), result.address());
        if (failure != 0 || result.bytes().getLong(0) == 0) {
            return Integer.toUnsignedString(uid);
        }
        // pw_name comes first in the record and points into the text.
        int at = (int) (record.bytes().getLong(0) - text.address());
        ByteBuffer bytes = text.bytes();
        int end = at;
        while (bytes.get(end) != 0) {
            end++;
        }
        return new String(text.copy(at, end - at), java.nio.charset.StandardCharsets.UTF_8);
    }
}
