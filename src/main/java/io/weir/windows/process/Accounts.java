package io.weir.windows.process;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Names of accounts by SID; a domain controller may have to be asked for one, so they are remembered. Look-up thread only. */
final class Accounts {
    /** S-1-5-18. */
    private static final byte[] SYSTEM = {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0};
    private static final int MOST = 1024;
    private static final int LONGEST_SID = 68;
    private static final int NAME_CHARACTERS = 256;
    private static final int KIND = 0;
    private static final int NAME_LENGTH = 4;
    private static final int DOMAIN_LENGTH = 8;
    private static final int TEXT = 16;

    private final NativeBuffer token = new NativeBuffer(8);
    private final NativeBuffer length = new NativeBuffer(4);
    /** TOKEN_USER: address of the SID, attributes; the SID lies behind. */
    private final NativeBuffer tokenUser = new NativeBuffer(16 + LONGEST_SID);
    private final NativeBuffer sid = new NativeBuffer(LONGEST_SID);
    private final NativeBuffer name = new NativeBuffer(2 * NAME_CHARACTERS);
    private final NativeBuffer domain = new NativeBuffer(2 * NAME_CHARACTERS);
    private final NativeBuffer lengths = new NativeBuffer(24);
    private final Map<String, String> names = new HashMap<>();

    /** Who runs a process; empty where that may not be known. */
    String user(long process) {
        if (Advapi32.OpenProcessToken(process, Advapi32.TOKEN_QUERY, token.address()) == 0) {
            return "";
        }
        long handle = token.bytes().getLong(0);
        try {
            if (Advapi32.GetTokenInformation(handle, Advapi32.TOKEN_USER, tokenUser.address(), tokenUser.capacity(), length.address()) == 0) {
                return "";
            }
        } finally {
            Kernel32.CloseHandle(handle);
        }
        int at = tokenUser.indexOf(tokenUser.bytes().getLong(0));
        if (at < 0) {
            return "";
        }
        byte[] bytes = new byte[Math.min(8 + 4 * Byte.toUnsignedInt(tokenUser.bytes().get(at + 1)), tokenUser.capacity() - at)];
        tokenUser.bytes().get(at, bytes);
        return name(bytes);
    }

    String system() {
        return name(SYSTEM);
    }

    private String name(byte[] bytes) {
        if (names.size() == MOST) {
            names.clear();
        }
        return names.computeIfAbsent(new String(bytes, StandardCharsets.ISO_8859_1), unknown -> ask(bytes));
    }

    private String ask(byte[] bytes) {
        sid.bytes().put(0, bytes);
        lengths.bytes().putInt(NAME_LENGTH, NAME_CHARACTERS).putInt(DOMAIN_LENGTH, NAME_CHARACTERS);
        int found = Advapi32.LookupAccountSidW(0, sid.address(), name.address(), lengths.address() + NAME_LENGTH, domain.address(),
            lengths.address() + DOMAIN_LENGTH, lengths.address() + KIND);
        if (found == 0) {
            return SidText.of(bytes);
        }
        String where = domain.textToZero(0);
        return where.isEmpty() ? name.textToZero(0) : where + "\\" + name.textToZero(0);
    }
}
