package io.weir.linux.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what the kernel writes into /proc, out of a buffer, without making strings. */
final class ProcText {
    private static final byte[] SOCKET = {'s', 'o', 'c', 'k', 'e', 't', ':', '['};
    private static final int ENTRY_LENGTH = 16;
    private static final int ENTRY_NAME = 19;

    private ProcText() {
    }

    /** The inode in {@code socket:[123]}, {@link ProcessTable#NOT_A_SOCKET} for any other text. */
    static long socketInode(ByteBuffer text, int from, int length) {
        if (length < SOCKET.length + 2 || text.get(from + length - 1) != ']') {
            return ProcessTable.NOT_A_SOCKET;
        }
        for (int i = 0; i < SOCKET.length; i++) {
            if (text.get(from + i) != SOCKET[i]) {
                return ProcessTable.NOT_A_SOCKET;
            }
        }
        long inode = 0;
        for (int i = from + SOCKET.length; i < from + length - 1; i++) {
            inode = inode * 10 + text.get(i) - '0';
        }
        return inode;
    }

    /** Adds every entry of a getdents64 answer whose name is a decimal number. */
    static void addNumbers(ByteBuffer entries, int length, IntList to) {
        int at = 0;
        while (at + ENTRY_NAME < length) {
            int step = Short.toUnsignedInt(entries.getShort(at + ENTRY_LENGTH));
            if (step <= ENTRY_NAME || at + step > length) {
                return;
            }
            int number = number(entries, at + ENTRY_NAME, at + step);
            if (number >= 0) {
                to.add(number);
            }
            at += step;
        }
    }

    private static int number(ByteBuffer text, int from, int limit) {
        int value = 0;
        int at = from;
        while (at < limit && text.get(at) != 0) {
            int digit = text.get(at) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
            at++;
        }
        return at == from ? -1 : value;
    }

    /** The arguments as one line: /proc ends each with a zero byte. */
    static String commandLine(byte[] arguments) {
        String text = new String(arguments, StandardCharsets.UTF_8);
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end).replace('\0', ' ');
    }

    /** The last field of /proc/loadavg: the process number given out last. 0 when there is none. */
    static int lastNumber(ByteBuffer text, int length) {
        int end = length;
        while (end > 0 && (text.get(end - 1) < '0' || text.get(end - 1) > '9')) {
            end--;
        }
        int value = 0;
        int scale = 1;
        for (int i = end - 1; i >= 0 && text.get(i) >= '0' && text.get(i) <= '9' && scale < 1_000_000_000; i--) {
            value += (text.get(i) - '0') * scale;
            scale *= 10;
        }
        return value;
    }
}
