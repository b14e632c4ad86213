package io.weir.filter;

import io.weir.engine.CaptureClause;
import io.weir.net.AddressSet;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Uncaptured;
import java.util.ArrayList;
import java.util.List;

/**
 * A capture clause as the driver can test it: destinations on one number line of 128 bits, where IPv4 lies at its mapped place, and runs of
 * ports. Gaps that are never captured anyway are closed, for they cost tests and spare nothing. Immutable.
 */
final class ScopeBox {
    static final IpAddress LOWEST = new IpAddress(0, 0);
    static final IpAddress HIGHEST = new IpAddress(-1, -1);
    static final int LAST_PORT = 0xffff;

    private final Protocol protocol;
    private final List<AddressSet.Range> addresses;
    private final List<int[]> ports;
    private final double addressCount;
    private final double portCount;

    ScopeBox(Protocol protocol, List<AddressSet.Range> addresses, List<int[]> ports) {
        this.protocol = protocol;
        this.addresses = List.copyOf(addresses);
        this.ports = List.copyOf(ports);
        addressCount = addresses.stream().mapToDouble(range -> size(range.first(), range.last())).sum();
        portCount = ports.stream().mapToInt(run -> run[1] - run[0] + 1).sum();
    }

    static ScopeBox of(CaptureClause clause) {
        AddressSet destinations = clause.destinations() == null ? CaptureRegion.EVERY_ADDRESS : clause.destinations().union(Uncaptured.NEVER);
        List<AddressSet.Range> addresses = joined(destinations.ranges());
        if (addresses.size() > 1 || !whole(addresses)) { // what is never captured only served to close gaps
            addresses = addresses.stream().filter(range -> !Uncaptured.NEVER.containsAll(AddressSet.of(List.of(range)))).toList();
        }
        PortSet ports = clause.ports() == null ? CaptureRegion.EVERY_PORT : clause.ports();
        boolean dhcp = clause.protocol() == Protocol.UDP && ports.union(Uncaptured.DHCP_PORTS).ranges().size() < ports.ranges().size();
        return new ScopeBox(clause.protocol(), addresses, (dhcp ? ports.union(Uncaptured.DHCP_PORTS) : ports).ranges());
    }

    /** Neighbours on the number line become one, whatever their families. */
    private static List<AddressSet.Range> joined(List<AddressSet.Range> sorted) {
        List<AddressSet.Range> out = new ArrayList<>();
        for (AddressSet.Range range : sorted) {
            AddressSet.Range before = out.isEmpty() ? null : out.get(out.size() - 1);
            if (before != null && before.last().compareTo(HIGHEST) < 0 && range.first().compareTo(next(before.last())) <= 0) {
                IpAddress last = before.last().compareTo(range.last()) > 0 ? before.last() : range.last();
                out.set(out.size() - 1, new AddressSet.Range(before.first(), last));
            } else {
                out.add(range);
            }
        }
        return out;
    }

    private static IpAddress next(IpAddress address) {
        return new IpAddress(address.high() + (address.low() == -1 ? 1 : 0), address.low() + 1);
    }

    private static boolean whole(List<AddressSet.Range> ranges) {
        return ranges.get(0).first().equals(LOWEST) && ranges.get(0).last().equals(HIGHEST);
    }

    static double size(IpAddress first, IpAddress last) {
        long low = last.low() - first.low();
        long high = last.high() - first.high() - (Long.compareUnsigned(last.low(), first.low()) < 0 ? 1 : 0);
        return Math.scalb(unsigned(high), 64) + unsigned(low) + 1;
    }

    private static double unsigned(long value) {
        return (value >>> 1) * 2.0 + (value & 1);
    }

    Protocol protocol() {
        return protocol;
    }

    List<AddressSet.Range> addresses() {
        return addresses;
    }

    List<int[]> ports() {
        return ports;
    }

    boolean anyAddress() {
        return whole(addresses);
    }

    boolean anyPort() {
        return ports.get(0)[0] == 0 && ports.get(0)[1] == LAST_PORT;
    }

    /** Pairs of an address and a port. */
    double volume() {
        return addressCount * portCount;
    }

    int tests() {
        int ofAddresses = 0;
        for (AddressSet.Range range : addresses) {
            ofAddresses += range.first().equals(range.last()) ? 1
                : (range.first().equals(LOWEST) ? 0 : 1) + (range.last().equals(HIGHEST) ? 0 : 1);
        }
        int ofPorts = 0;
        for (int[] run : ports) {
            ofPorts += run[0] == run[1] ? 1 : (run[0] == 0 ? 0 : 1) + (run[1] == LAST_PORT ? 0 : 1);
        }
        return ofAddresses + Math.max(1, ofPorts);
    }

    /** This box with everything between two of its ranges added. */
    ScopeBox withoutAddressGaps(int from, int to) {
        List<AddressSet.Range> out = new ArrayList<>(addresses.subList(0, from));
        out.add(new AddressSet.Range(addresses.get(from).first(), addresses.get(to).last()));
        out.addAll(addresses.subList(to + 1, addresses.size()));
        return new ScopeBox(protocol, out, ports);
    }

    ScopeBox withoutPortGaps(int from, int to) {
        List<int[]> out = new ArrayList<>(ports.subList(0, from));
        out.add(new int[] {ports.get(from)[0], ports.get(to)[1]});
        out.addAll(ports.subList(to + 1, ports.size()));
        return new ScopeBox(protocol, addresses, out);
    }

    /** The smallest box around both. */
    ScopeBox around(ScopeBox other) {
        List<AddressSet.Range> both = new ArrayList<>(addresses);
        both.addAll(other.addresses);
        both.sort(java.util.Comparator.comparing(AddressSet.Range::first));
        List<int[]> runs = new ArrayList<>(ports);
        runs.addAll(other.ports);
        runs.sort(java.util.Comparator.comparingInt(run -> run[0]));
        List<int[]> merged = new ArrayList<>();
        for (int[] run : runs) {
            int[] before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before != null && run[0] <= before[1] + 1) {
                merged.set(merged.size() - 1, new int[] {before[0], Math.max(before[1], run[1])});
            } else {
                merged.add(run);
            }
        }
        return new ScopeBox(protocol, joined(both), merged);
    }

    /** How many pairs {@link #around} adds to those of the two. */
    double wideningWith(ScopeBox other, ScopeBox around) {
        double shared = (addressCount + other.addressCount - around.addressCount) * (portCount + other.portCount - around.portCount);
        return Math.max(0, around.volume() - volume() - other.volume() + shared);
    }
}
