package io.weir.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200 ms}, {@code 15 s}, {@code 2 h 4 min}. Held in nanoseconds. */
final class Durations {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000 * MS;
    private static final long MIN = 60 * S;
    private static final long H = 60 * MIN;
    private static final Pattern PART = Pattern.compile("\\s*([0-9]{1,9})\\s*(ms|s|min|h)\\b");

    private Durations() {
    }

    static Kind<Long> between(String least, String most) {
        long leastNs = parse(least);
        long mostNs = parse(most);
        return new Kind<>("duration", least + " – " + most, (node, reading) -> {
            if (!Kinds.is(node, TomlNode.Kind.TEXT, "write a number and a unit in quotes, as in \"200 ms\" or \"15 s\"", reading)) {
                return null;
            }
            long value = parse(node.text());
            if (value < 0) {
                reading.error(node, "is no duration", "write numbers with the units ms, s, min, h, as in \"200 ms\" or \"2 h 4 min\"");
            } else if (value < leastNs || value > mostNs) {
                reading.error(node, "is out of range", "choose " + least + " – " + most);
            }
            return value < leastNs || value > mostNs ? null : value;
        }, value -> Kinds.quoted(print(value)));
    }

    /** -1 for what is no duration. */
    static long parse(String text) {
        Matcher part = PART.matcher(text);
        long total = 0;
        int end = 0;
        while (end < text.length() && part.region(end, text.length()).lookingAt()) {
            long unit = switch (part.group(2)) {
                case "ms" -> MS;
                case "s" -> S;
                case "min" -> MIN;
                default -> H;
            };
            total += Long.parseLong(part.group(1)) * unit;
            end = part.end();
            if (total > 100_000 * H) {
                return Long.MAX_VALUE;
            }
        }
        return end == 0 || end < text.length() ? -1 : total;
    }

    static String print(long ns) {
        StringBuilder out = new StringBuilder();
        append(out, ns / H, "h");
        append(out, ns % H / MIN, "min");
        append(out, ns % MIN / S, "s");
        append(out, ns % S / MS, "ms");
        return out.isEmpty() ? "0 ms" : out.toString();
    }

    private static void append(StringBuilder out, long count, String unit) {
        if (count > 0) {
            out.append(out.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
        }
    }
}
