package io.weir.net;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An immutable set of addresses made of prefixes, ranges and single addresses; IPv4 and IPv6 are told apart, so {@code ::/0} has no IPv4
 * address in it. {@link #contains} is a binary search and does not allocate.
 */
public final class AddressSet {
    /** One inclusive run of addresses of one family. */
    public record Range(IpAddress first, IpAddress last) {
    }

    private static final IpAddress LOWEST = new IpAddress(0, 0);
    private static final IpAddress HIGHEST = new IpAddress(-1, -1);
    private static final IpAddress FIRST_IPV4 = IpAddress.ofIpv4(0);
    private static final IpAddress LAST_IPV4 = IpAddress.ofIpv4(-1);

    private final long[] bounds; // firstHigh, firstLow, lastHigh, lastLow; sorted, disjoint
    private String text; // null: not asked for yet; any thread computes the same

    private AddressSet(List<Range> ranges, String text) {
        List<Range> merged = merge(ranges);
        this.text = text;
        bounds = new long[merged.size() * 4];
        int at = 0;
        for (Range range : merged) {
            bounds[at++] = range.first.high();
            bounds[at++] = range.first.low();
            bounds[at++] = range.last.high();
            bounds[at++] = range.last.low();
        }
    }

    /**
     * Each item is {@code 10.0.0.0/8}, {@code 10.0.0.1-10.0.0.9} or one address. An IPv6 item holds no IPv4 address, however wide it is.
     *
     * @throws IllegalArgumentException naming the item
     */
    public static AddressSet parse(List<String> items) {
        List<Range> ranges = new ArrayList<>();
        for (String item : items) {
            Range range = parseItem(item);
            if (range.first.isIpv4()) {
                ranges.add(range);
            } else {
                splitByFamily(range).stream().filter(piece -> !piece.first.isIpv4()).forEach(ranges::add);
            }
        }
        return new AddressSet(ranges, String.join(", ", items));
    }

    /** The union of the ranges; one that spans both families is cut at their borders. */
    public static AddressSet of(List<Range> ranges) {
        return new AddressSet(ranges, null);
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

    /** Every range of the result is of one family, and no two touch. */
    private static List<Range> merge(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>();
        for (Range range : ranges) {
            sorted.addAll(splitByFamily(range));
        }
        sorted.sort(Comparator.comparing(Range::first));
        List<Range> out = new ArrayList<>();
        for (Range range : sorted) {
            Range before = out.isEmpty() ? null : out.get(out.size() - 1);
            boolean joins = before != null && before.first.isIpv4() == range.first.isIpv4()
                && (range.first.compareTo(before.last) <= 0 || range.first.equals(step(before.last, 1)));
            if (!joins) {
                out.add(range);
            } else if (range.last.compareTo(before.last) > 0) {
                out.set(out.size() - 1, new Range(before.first, range.last));
            }
        }
        return out;
    }

    private static List<Range> splitByFamily(Range range) {
        List<Range> out = new ArrayList<>();
        addIfOrdered(out, range.first, min(range.last, step(FIRST_IPV4, -1)));
        addIfOrdered(out, max(range.first, FIRST_IPV4), min(range.last, LAST_IPV4));
        addIfOrdered(out, max(range.first, step(LAST_IPV4, 1)), range.last);
        return out;
    }

    private static void addIfOrdered(List<Range> out, IpAddress first, IpAddress last) {
        if (first.compareTo(last) <= 0) {
            out.add(new Range(first, last));
        }
    }

    private static IpAddress min(IpAddress one, IpAddress other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static IpAddress max(IpAddress one, IpAddress other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** The neighbour; wraps round at both ends of the address space. */
    private static IpAddress step(IpAddress address, int by) {
        long low = address.low() + by;
        long carry = by > 0 && low == 0 ? 1 : by < 0 && low == -1 ? -1 : 0;
        return new IpAddress(address.high() + carry, low);
    }

    public AddressSet union(AddressSet other) {
        List<Range> both = new ArrayList<>(ranges());
        both.addAll(other.ranges());
        return of(both);
    }

    public AddressSet intersect(AddressSet other) {
        List<Range> out = new ArrayList<>();
        List<Range> mine = ranges();
        List<Range> theirs = other.ranges();
        for (int i = 0, j = 0; i < mine.size() && j < theirs.size();) {
            Range one = mine.get(i);
            Range two = theirs.get(j);
            addIfOrdered(out, max(one.first, two.first), min(one.last, two.last));
            if (one.last.compareTo(two.last) < 0) {
                i++;
            } else {
                j++;
            }
        }
        return of(out);
    }

    public AddressSet minus(AddressSet other) {
        return intersect(other.complement());
    }

    /** Every address of both families that is not in this set. */
    public AddressSet complement() {
        List<Range> out = new ArrayList<>();
        IpAddress next = LOWEST;
        for (Range range : ranges()) {
            if (next.compareTo(range.first) < 0) {
                out.add(new Range(next, step(range.first, -1)));
            }
            next = step(range.last, 1);
            if (next.equals(LOWEST)) {
                return of(out);
            }
        }
        out.add(new Range(next, HIGHEST));
        return of(out);
    }

    public boolean containsAll(AddressSet other) {
        for (int at = 0; at < other.bounds.length; at += 4) {
            int first = indexOf(other.bounds[at], other.bounds[at + 1]);
            if (first < 0 || first != indexOf(other.bounds[at + 2], other.bounds[at + 3])) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return bounds.length == 0;
    }

    public boolean contains(long high, long low) {
        return indexOf(high, low) >= 0;
    }

    /** The place of the range that holds the address, -1 for none. */
    private int indexOf(long high, long low) {
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
                return middle;
            }
        }
        return -1;
    }

    public boolean contains(IpAddress address) {
        return contains(address.high(), address.low());
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int byHigh = Long.compareUnsigned(high, otherHigh);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
    }

    private static String print(List<Range> ranges) {
        StringBuilder out = new StringBuilder();
        for (Range range : ranges) {
            out.append(out.isEmpty() ? "" : ", ").append(range.first);
            if (!range.first.equals(range.last)) {
                out.append('-').append(range.last);
            }
        }
        return out.toString();
    }

    /** Sorted, disjoint, each of one family. */
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
        if (text == null) {
            text = print(ranges());
        }
        return text;
    }
}
