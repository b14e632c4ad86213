package io.weir.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An immutable set of addresses made of prefixes, ranges and single addresses. {@link #contains} is a binary search and does not allocate. */
public final class AddressSet {
    /** One inclusive run of addresses of one family. */
    public record Range(IpAddress first, IpAddress last) {
    }

    private final long[] bounds; // firstHigh, firstLow, lastHigh, lastLow; sorted, disjoint
    private final String text;

    private AddressSet(List<Range> ranges, String text) {
        this.text = text;
        List<Range> merged = merge(ranges);
        bounds = new long[merged.size() * 4];
        int at = 0;
        for (Range range : merged) {
            bounds[at++] = range.first.high();
            bounds[at++] = range.first.low();
            bounds[at++] = range.last.high();
            bounds[at++] = range.last.low();
        }
    }

    /** Each item is {@code 10.0.0.0/8}, {@code 10.0.0.1-10.0.0.9} or one address. @throws IllegalArgumentException naming the item */
    public static AddressSet parse(List<String> items) {
        List<Range> ranges = new ArrayList<>();
        for (String item : items) {
            ranges.add(parseItem(item));
        }
        return new AddressSet(ranges, String.join(", ", items));
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static Range parseItem(String item) {
        int dash = item.indexOf('-');
        if (dash < 0) {
            IpPrefix prefix = IpPrefix.parse(item.trim());
            return new Range(prefix.first(), prefix.last());
        }
        IpAddress first = IpAddress.parse(item.substring(0, dash).trim());
        IpAddress last = IpAddress.parse(item.substring(dash + 1).trim());
        if (first.isIpv4() != last.isIpv4()) {
            throw new IllegalArgumentException("\"" + item + "\" mixes IPv4 and IPv6");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException("\"" + item + "\" ends before it begins");
        }
        return new Range(first, last);
    }

    private static List<Range> merge(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparing(Range::first));
        List<Range> out = new ArrayList<>();
        for (Range range : sorted) {
            Range before = out.isEmpty() ? null : out.get(out.size() - 1);
            if (before != null && range.first.compareTo(before.last) <= 0) {
                if (range.last.compareTo(before.last) > 0) {
                    out.set(out.size() - 1, new Range(before.first, range.last));
                }
            } else {
                out.add(range);
            }
        }
        return out;
    }

    public boolean contains(long high, long low) {
        int from = 0;
        int to = bounds.length / 4 - 1;
        while (from <= to) {
            int middle = from + to >>> 1;
            int at = middle * 4;
            if (compare(high, low, bounds[at], bounds[at + 1]) < 0) {
                to = middle - 1;
            } else if (compare(high, low, bounds[at + 2], bounds[at + 3]) > 0) {
                from = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    public boolean contains(IpAddress address) {
        return contains(address.high(), address.low());
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int byHigh = Long.compareUnsigned(high, otherHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
    }

    /** Sorted, disjoint. */
    public List<Range> ranges() {
        List<Range> out = new ArrayList<>();
        for (int at = 0; at < bounds.length; at += 4) {
            out.add(new Range(new IpAddress(bounds[at], bounds[at + 1]), new IpAddress(bounds[at + 2], bounds[at + 3])));
        }
        return out;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressSet that && java.util.Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return text;
    }
}
