package io.weir.linux.process;

import java.nio.charset.StandardCharsets;

/**
 * What /proc/PID/stat says.
 *
 * @param command   between the brackets; may itself contain brackets and blanks
 * @param parent    field 4
 * @param startTime field 22, clock ticks since boot
 */
record StatLine(int pid, String command, int parent, long startTime) {
    private static final int PARENT = 1;
    private static final int START_TIME = 19;

    /** @return null when this is no complete line */
    static StatLine parse(byte[] text) {
        String line = new String(text, StandardCharsets.UTF_8);
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 1 || close < open || close + 2 > line.length()) {
            return null;
        }
        String[] fields = line.substring(close + 2).trim().split(" ");
        if (fields.length <= START_TIME) {
            return null;
        }
        try {
            return new StatLine(Integer.parseInt(line.substring(0, open).trim()), line.substring(open + 1, close),
                Integer.parseInt(fields[PARENT]), Long.parseLong(fields[START_TIME]));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
