package io.weir.app;

import java.util.Locale;

/** Bytes and durations as people read them: three digits and a unit. */
public final class Amount {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Amount() {
    }

    /** {@code 78 B}, {@code 1.20 MB}; decimal units. */
    public static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = 0;
        while (value >= 999.5) {
            value /= 1000;
            unit++;
        }
        return digits(value) + " " + UNITS[unit];
    }

    /** {@code 350 µs}, {@code 1.31 s}, {@code 2 min 5 s}, {@code 3 h 20 min}. */
    public static String duration(long ns) {
        if (ns < 999_500) {
            return ns / 1000 + " µs";
        }
        if (ns < 999_500_000L) {
            return digits(ns / 1e6) + " ms";
        }
        long seconds = ns / 1_000_000_000L;
        if (seconds < 60) {
            return digits(ns / 1e9) + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
    }
}
