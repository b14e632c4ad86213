package io.weir.net;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** An immutable set of ports, written {@code 80,443,8000-8100}. {@link #contains} neither allocates nor fails. */
public final class PortSet {
    /** No port. */
    public static final PortSet NONE = new PortSet(new long[1024]);
    private final long[] bits = new long[1024];
    private String text; // null: not asked for yet; any thread computes the same

    private PortSet(String text) {
        this.text = text;
    }

    private PortSet(long[] from) {
        System.arraycopy(from, 0, bits, 0, bits.length);
    }

    /** The ports from {@code first} to {@code last}, both 0–65535. */
    public static PortSet range(int first, int last) {
        PortSet set = new PortSet(new long[1024]);
        for (int port = first; port <= last; port++) {
            set.bits[port >> 6] |= 1L << port;
        }
        return set;
    }

    /** Blanks are allowed around ports and runs. @throws IllegalArgumentException naming the part that is wrong */
    public static PortSet parse(String text) {
        PortSet set = new PortSet(text.trim().replaceAll(" *([,-]) *", "$1"));
        for (String part : set.text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = parsePort(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : parsePort(part.substring(dash + 1));
            if (last < first) {
                throw new IllegalArgumentException("\"" + part + "\" ends before it begins");
            }
            for (int port = first; port <= last; port++) {
                set.bits[port >> 6] |= 1L << port;
            }
        }
        return set;
    }

    /** A decimal port 0–65535. @throws IllegalArgumentException for anything else */
    public static int parsePort(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9') || Integer.parseInt(text) > 0xffff) {
            throw new IllegalArgumentException("\"" + text + "\" is not a port (0–65535)");
        }
        return Integer.parseInt(text);
    }

    /** False for what is no port. */
    public boolean contains(int port) {
        return port >>> 16 == 0 && (bits[port >> 6] & 1L << port) != 0;
    }

    public PortSet union(PortSet other) {
        long[] out = bits.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] |= other.bits[i];
        }
        return new PortSet(out);
    }

    public PortSet intersect(PortSet other) {
        long[] out = bits.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] &= other.bits[i];
        }
        return new PortSet(out);
    }

    public PortSet minus(PortSet other) {
        long[] out = bits.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] &= ~other.bits[i];
        }
        return new PortSet(out);
    }

    public boolean containsAll(PortSet other) {
        for (int i = 0; i < bits.length; i++) {
            if ((other.bits[i] & ~bits[i]) != 0) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        for (long word : bits) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** The set as maximal runs, ascending, each {first, last}. */
    public List<int[]> ranges() {
        List<int[]> out = new ArrayList<>();
        BitSet set = BitSet.valueOf(bits);
        for (int first = set.nextSetBit(0); first >= 0;) {
            int end = set.nextClearBit(first);
            out.add(new int[] {first, end - 1});
            first = set.nextSetBit(end);
        }
        return out;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortSet that && java.util.Arrays.equals(bits, that.bits);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(bits);
    }

    @Override
    public String toString() {
        if (text == null) {
            StringBuilder out = new StringBuilder();
            for (int[] run : ranges()) {
                out.append(out.isEmpty() ? "" : ",").append(run[0]).append(run[0] == run[1] ? "" : "-" + run[1]);
            }
            text = out.toString();
        }
        return text;
    }
}
