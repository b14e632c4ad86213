package io.weir.filter;

import io.weir.engine.CaptureScope;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Uncaptured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The divert filter that shows Weir what a {@link CaptureScope} names and as little else as {@value #MOST_TESTS} tests allow; never DHCP,
 * loopback (other than the relay's replies), multicast, broadcast, link-local. Immutable.
 */
public final class ScopeFilter {
    /** What the driver takes. */
    public static final int MOST_TESTS = 255;
    /** So many upstreams with a fixed endpoint always find room, in the order of the scope. */
    public static final int SURE_ENDPOINTS = 50;
    private static final int MOST_SPARED = 30;
    private static final int MOST_UPSTREAM_TESTS = 2 * SURE_ENDPOINTS;
    private static final int MOST_CHOSEN = 80;
    private static final int MOST_OWN_RUNS = 8;
    private static final int LESS = 16;

    /** One piece of the filter; the texts of all parts one after the other are the filter. */
    public record Part(String why, String text) {
    }

    private final List<Part> parts = new ArrayList<>();
    private final CaptureScope scope;
    private final boolean impostor;
    private final Filter chosen;
    private boolean droppedChosen;
    private List<AddressSet.Range> droppedExclusions = List.of();
    private int droppedUpstreams;
    private int droppedPorts;
    private double widening;
    private Filter filter;

    private ScopeFilter(CaptureScope scope, boolean impostor, Filter chosen) {
        this.scope = scope;
        this.impostor = impostor;
        this.chosen = chosen;
    }

    /** @param impostor whether packets other drivers injected are wanted */
    public static ScopeFilter of(CaptureScope scope, boolean impostor) {
        return of(scope, impostor, null);
    }

    /** @param chosen the user's own filter, which chooses flows by their first packet; null: none */
    public static ScopeFilter of(CaptureScope scope, boolean impostor, Filter chosen) {
        List<ScopeBox> boxes = scope.clauses().stream().map(ScopeBox::of).filter(box -> !box.addresses().isEmpty()).toList();
        for (int most = MOST_TESTS; ; most -= LESS) {
            ScopeFilter out = new ScopeFilter(scope, impostor, chosen);
            try {
                out.build(boxes, most);
                if (out.filter.tests() <= MOST_TESTS) {
                    return out;
                }
            } catch (FilterException tooLong) {
                if (tooLong.code() != ErrorCode.TOO_LONG || most < LESS) {
                    throw new IllegalStateException("the derived filter does not compile: " + out.text(), tooLong);
                }
            }
        }
    }

    private void build(List<ScopeBox> boxes, int most) throws FilterException {
        relay();
        if (!boxes.isEmpty()) {
            head();
            chosen();
            never(boxes);
            upstreams();
            ownPorts(boxes);
            List<AddressSet.Range> spared = spared(boxes);
            int left = most - Filter.compile(closed(text() + exceptions(spared)), Layer.NETWORK).tests();
            ScopeMerge.Result merged = ScopeMerge.within(boxes, Math.max(left, LESS));
            widening = merged.widening();
            wanted(merged.boxes(), spared);
        } else if (parts.isEmpty()) {
            parts.add(new Part("No rule touches anything: nothing is captured.", "false"));
        }
        filter = Filter.compile(text(), Layer.NETWORK);
    }

    private static String closed(String open) {
        return open.indexOf("(outbound\n") >= 0 ? open + ")" : open;
    }

    /** The replies of the relay have to be rewritten on their way back to the application. */
    private void relay() {
        TreeMap<IpAddress, TreeSet<Integer>> ports = new TreeMap<>();
        scope.relayEndpoints().forEach(endpoint -> ports.computeIfAbsent(endpoint.address(), a -> new TreeSet<>()).add(endpoint.port()));
        if (ports.isEmpty()) {
            return;
        }
        List<String> legs = new ArrayList<>();
        ports.forEach((address, set) -> {
            String list = set.stream().map(String::valueOf).collect(Collectors.joining(","));
            String family = address.isIpv4() ? "ip" : "ipv6";
            legs.add((address.isUnspecified() ? family : family + ".SrcAddr == " + address) + " and "
                + ScopeText.ports("tcp.SrcPort", PortSet.parse(list).ranges()));
        });
        parts.add(new Part("Replies of Weir's own relay, to be rewritten on their way back to the program.",
            "outbound and (" + String.join(" or ", legs) + ")"));
    }

    private void head() {
        parts.add(new Part("Only what leaves this machine; capturing what arrives would cost the receive offloads.",
            (parts.isEmpty() ? "" : "or ") + "(outbound"));
        parts.add(new Part("Nothing that stays on this machine.", "and not loopback"));
        if (!impostor) {
            parts.add(new Part("Nothing that another driver injected (capture.impostor = false).", "and not impostor"));
        }
    }

    /** Later packets of a flow need not match what its first one did, so only what is the same for all of them can be asked of each. */
    private void chosen() throws FilterException {
        if (chosen == null) {
            return;
        }
        Filter constant = chosen.flowConstant();
        String text = constant.formatted();
        boolean readable = text != null && !text.contains(":::"); // WinDivert's own form, which it cannot always read
        droppedChosen = !readable || constant.tests() > MOST_CHOSEN;
        if (!droppedChosen && !text.equals("true")) {
            parts.add(new Part("capture.filter, as far as it is the same for all packets of a flow; the rest is asked of first packets.",
                "and (" + text + ")"));
        }
    }

    private void never(List<ScopeBox> boxes) {
        TreeMap<String, List<AddressSet.Range>> kinds = new TreeMap<>();
        Uncaptured.NEVER.ranges().forEach(range -> kinds.computeIfAbsent(Uncaptured.kindOf(range.first()), k -> new ArrayList<>()).add(range));
        List<AddressSet.Range> unspecified = kinds.remove("unspecified");
        List<AddressSet.Range> loopback = kinds.remove("loopback");
        unspecified.addAll(loopback);
        kinds.put("unspecified and loopback", AddressSet.of(unspecified).ranges());
        kinds.forEach((kind, ranges) -> parts.add(new Part("Never captured: " + kind + " destinations.", ScopeText.outside(ranges))));
        if (boxes.stream().anyMatch(box -> box.protocol() == Protocol.UDP)) {
            parts.add(new Part("Never captured: DHCP and DHCPv6.",
                "and (udp? " + ScopeText.ports("udp.DstPort", CaptureRegion.EVERY_PORT.minus(Uncaptured.DHCP_PORTS).ranges()) + ": true)"));
        }
    }

    private void upstreams() {
        TreeMap<Integer, TreeSet<IpAddress>> byPort = new TreeMap<>();
        int tests = 0;
        for (Endpoint endpoint : scope.excludedEndpoints()) {
            TreeSet<IpAddress> same = byPort.get(endpoint.port());
            if (Uncaptured.NEVER.contains(endpoint.address()) || same != null && same.contains(endpoint.address())) {
                continue;
            }
            tests += same == null ? 2 : 1;
            if (tests > MOST_UPSTREAM_TESTS) {
                droppedUpstreams++;
            } else {
                byPort.computeIfAbsent(endpoint.port(), port -> new TreeSet<>()).add(endpoint.address());
            }
        }
        byPort.forEach((port, addresses) -> parts.add(new Part("Never captured: Weir's own upstreams.", "and (remotePort != " + port + " or "
            + addresses.stream().map(address -> "remoteAddr != " + address).collect(Collectors.joining(" and ")) + ")")));
    }

    /** What our own sockets send, told by the ports they are bound to. */
    private void ownPorts(List<ScopeBox> boxes) {
        if (boxes.stream().noneMatch(box -> box.protocol() == Protocol.TCP)) {
            return;
        }
        List<int[]> runs = scope.excludedLocalPorts().ranges();
        PortSet own = PortSet.NONE;
        for (int[] run : runs.subList(0, Math.min(MOST_OWN_RUNS, runs.size()))) {
            own = own.union(PortSet.range(run[0], run[1]));
        }
        droppedPorts = scope.excludedLocalPorts().minus(own).ranges().stream().mapToInt(run -> run[1] - run[0] + 1).sum();
        if (!own.isEmpty()) {
            List<int[]> others = CaptureRegion.EVERY_PORT.minus(own).ranges();
            parts.add(new Part("Never captured: connections of Weir's own, by the ports they are bound to.",
                others.isEmpty() ? "and not tcp" : "and (tcp? " + ScopeText.ports("tcp.SrcPort", others) + ": true)"));
        }
    }

    /** Private ranges and {@code capture.exclude}: for the boxes that take any address; the others name theirs. */
    private List<AddressSet.Range> spared(List<ScopeBox> boxes) {
        if (boxes.stream().noneMatch(ScopeBox::anyAddress)) {
            return List.of();
        }
        List<AddressSet.Range> all = new ArrayList<>(scope.excludedDestinations().minus(Uncaptured.NEVER).ranges());
        all.sort(Comparator.comparingDouble(range -> -ScopeBox.size(range.first(), range.last())));
        droppedExclusions = List.copyOf(all.subList(Math.min(MOST_SPARED, all.size()), all.size()));
        return all.subList(0, Math.min(MOST_SPARED, all.size())).stream().sorted(Comparator.comparing(AddressSet.Range::first)).toList();
    }

    private static String exceptions(List<AddressSet.Range> ranges) {
        return ranges.isEmpty() ? "" : " " + ScopeText.outside(ranges);
    }

    private void wanted(List<ScopeBox> boxes, List<AddressSet.Range> spared) {
        List<ScopeBox> anywhere = boxes.stream().filter(ScopeBox::anyAddress).toList();
        List<ScopeBox> named = boxes.stream().filter(box -> !box.anyAddress()).toList();
        String open = "and (";
        if (!anywhere.isEmpty()) {
            if (!spared.isEmpty()) {
                parts.add(new Part("Not to private ranges and capture.exclude, as far as no rule names them.",
                    open + ScopeText.outside(spared).substring("and ".length())));
                open = "and ";
            }
            String text = anywhere.stream().map(ScopeText::box).collect(Collectors.joining(" or "));
            parts.add(new Part("What some rule may want to any other destination.",
                open + (spared.isEmpty() ? "" : "(") + text + (spared.isEmpty() ? "" : ")")));
            open = "or ";
        }
        for (ScopeBox box : named) {
            parts.add(new Part("What some rule may want to destinations it names.", open + ScopeText.box(box)));
            open = "or ";
        }
        parts.add(new Part("", "))"));
    }

    public List<Part> parts() {
        return List.copyOf(parts);
    }

    /** The filter without comments. */
    public String text() {
        return parts.stream().map(Part::text).collect(Collectors.joining("\n"));
    }

    /** The filter as a file with a comment before each part. */
    public String commented() {
        StringBuilder out = new StringBuilder("# layer: NETWORK\n");
        String before = "";
        for (Part part : parts) {
            if (!part.why.isEmpty() && !part.why.equals(before)) {
                out.append("# ").append(part.why).append('\n');
            }
            before = part.why;
            out.append(part.text).append('\n');
        }
        return out.toString();
    }

    public Filter filter() {
        return filter;
    }

    /** What is captured beyond what the scope names because 255 tests cannot say it all: sentences; none when nothing is. */
    public List<String> costs() {
        List<String> out = new ArrayList<>();
        if (widening > 0) {
            out.add(String.format(Locale.ROOT, "The rules need more than %d tests: %.3g pairs of an address and a port that no rule names "
                + "are captured and go back unchanged.", MOST_TESTS, widening));
        }
        if (!droppedExclusions.isEmpty()) {
            double addresses = droppedExclusions.stream().mapToDouble(range -> ScopeBox.size(range.first(), range.last())).sum();
            out.add(String.format(Locale.ROOT, "%d excluded ranges (%.3g addresses) have no room in the filter: their packets are captured too.",
                droppedExclusions.size(), addresses));
        }
        if (droppedChosen) {
            out.add("capture.filter has no room in the filter: it is asked of first packets only.");
        }
        if (droppedUpstreams > 0) {
            out.add(droppedUpstreams + " upstream endpoints have no room in the filter: Weir's own connections to them are captured too.");
        }
        if (droppedPorts > 0) {
            out.add(droppedPorts + " local ports have no room in the filter: Weir's own connections from them are captured too.");
        }
        return out;
    }
}
