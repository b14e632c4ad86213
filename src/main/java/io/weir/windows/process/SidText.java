package io.weir.windows.process;

/** A security identifier as text, {@code S-1-5-21-…} (MS-DTYP 2.4.2.1). */
final class SidText {
    private static final int AUTHORITY = 2;
    private static final int SUB_AUTHORITIES = 8;

    private SidText() {
    }

    /** Of its bytes: revision, number of parts, authority (6 bytes, highest first), parts (4 bytes each, lowest first). */
    static String of(byte[] sid) {
        if (sid.length < SUB_AUTHORITIES) {
            return "";
        }
        long authority = 0;
        for (int i = AUTHORITY; i < SUB_AUTHORITIES; i++) {
            authority = authority << 8 | sid[i] & 0xff;
        }
        StringBuilder out = new StringBuilder("S-").append(sid[0]).append('-').append(authority);
        for (int at = SUB_AUTHORITIES; at + 4 <= sid.length; at += 4) {
            long part = sid[at] & 0xff | (sid[at + 1] & 0xff) << 8 | (sid[at + 2] & 0xff) << 16 | (sid[at + 3] & 0xffL) << 24;
            out.append('-').append(part);
        }
        return out.toString();
    }
}
