package io.weir.linux.nfqueue;

import io.weir.net.AddressSet;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import java.util.ArrayList;
import java.util.List;

/** Sets written as iptables matches: one text for each rule it takes; an empty text matches everything. */
final class Matches {
    /** {@code -m multiport} takes so many ports; a range counts as two. */
    private static final int MULTIPORT_SLOTS = 15;
    private static final IpAddress BEFORE_MAPPED = new IpAddress(0, IpAddress.MAPPED_PREFIX - 1);
    private static final IpAddress BEHIND_MAPPED = new IpAddress(0, IpAddress.MAPPED_PREFIX + (1L << 32));
    private static final PortSet ANY_PORT = PortSet.parse("0-65535");

    private Matches() {
    }

    /** Remote addresses of one family; no text at all when the set has none of it. */
    static List<String> destinations(AddressSet addresses, AddressFamily family) {
        if (addresses == null) {
            return List.of("");
        }
        return ranges(addresses, family).stream().map(range -> destination(range, family)).toList();
    }

    /** A wide IPv6 set has a hole where the mapped IPv4 addresses lie. No packet on a wire carries those, so it is closed: one rule, not two. */
    private static List<AddressSet.Range> ranges(AddressSet addresses, AddressFamily family) {
        List<AddressSet.Range> joined = new ArrayList<>();
        for (AddressSet.Range range : addresses.ranges()) {
            int before = joined.size() - 1;
            if (!family.has(range.first())) {
                continue;
            }
            if (before >= 0 && joined.get(before).last().equals(BEFORE_MAPPED) && range.first().equals(BEHIND_MAPPED)) {
                joined.set(before, new AddressSet.Range(joined.get(before).first(), range.last()));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    /** One rule: a prefix where the range is one, otherwise iprange. */
    private static String destination(AddressSet.Range range, AddressFamily family) {
        IpAddress first = range.first();
        IpAddress last = range.last();
        int differing = first.high() != last.high() ? 128 - Long.numberOfLeadingZeros(first.high() ^ last.high())
            : 64 - Long.numberOfLeadingZeros(first.low() ^ last.low());
        long lowMask = differing >= 64 ? -1L : (1L << differing) - 1;
        long highMask = differing <= 64 ? 0 : differing == 128 ? -1L : (1L << differing - 64) - 1;
        boolean prefix = (first.low() & lowMask) == 0 && (last.low() & lowMask) == lowMask
            && (first.high() & highMask) == 0 && (last.high() & highMask) == highMask;
        if (!prefix) {
            return "-m iprange --dst-range " + first + "-" + last;
        }
        return differing == family.bits() ? "" : "-d " + first + "/" + (family.bits() - differing);
    }

    /**
     * Ports for {@code -p tcp} or {@code -p udp}.
     *
     * @param side {@code sports} or {@code dports}
     */
    static List<String> ports(PortSet ports, String side) {
        List<String> texts = new ArrayList<>();
        if (ports == null || ports.containsAll(ANY_PORT)) {
            texts.add("");
            return texts;
        }
        StringBuilder list = new StringBuilder();
        int used = 0;
        for (int[] run : ports.ranges()) {
            int slots = run[0] == run[1] ? 1 : 2;
            if (used + slots > MULTIPORT_SLOTS) {
                texts.add("-m multiport --" + side + " " + list);
                list.setLength(0);
                used = 0;
            }
            list.append(used == 0 ? "" : ",").append(run[0]).append(slots == 1 ? "" : ":" + run[1]);
            used += slots;
        }
        if (used > 0) {
            texts.add("-m multiport --" + side + " " + list);
        }
        return texts;
    }
}
