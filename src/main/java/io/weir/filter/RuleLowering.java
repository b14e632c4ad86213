package io.weir.filter;

import io.weir.engine.CaptureClause;
import io.weir.engine.CaptureScope;
import io.weir.net.AddressSet;
import io.weir.net.Endpoint;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.rules.Action;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import io.weir.rules.Uncaptured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Derives from the rules what an engine has to show us: everything a rule other than {@code pass} can touch whoever owns it, and as little
 * else as {@value #MOST_CLAUSES} clauses can say.
 */
public final class RuleLowering {
    /** More would cost every packet more than the packets they keep away. */
    static final int MOST_CLAUSES = 200;
    static final int MOST_RANGES = 256;
    static final int MOST_PORT_RUNS = 64;
    private static final int MOST_BOXES = 1024;
    private static final int MOST_PASSED = 64;

    private RuleLowering() {
    }

    /**
     * @param excludedEndpoints fixed endpoints of upstreams
     * @param relayEndpoints    where the relay listens
     */
    public static CaptureScope scope(RuleSet rules, List<Endpoint> excludedEndpoints, List<Endpoint> relayEndpoints, CaptureSettings capture) {
        List<CaptureRegion.Box> boxes = lower(rules, capture.exclude());
        AddressSet wanted = AddressSet.of(List.of());
        for (CaptureRegion.Box box : boxes) {
            wanted = wanted.union(box.addresses());
        }
        AddressSet excluded = Uncaptured.NEVER.union(capture.exclude()).union(Uncaptured.PRIVATE.minus(wanted));
        AddressSet rest = excluded.complement();
        List<CaptureClause> clauses = new ArrayList<>();
        for (CaptureRegion.Box box : boxes) {
            boolean any = box.addresses().containsAll(rest);
            boolean anyPort = box.ports().containsAll(CaptureRegion.EVERY_PORT);
            clauses.add(new CaptureClause(box.protocol(), any ? null : box.addresses(), anyPort ? null : box.ports()));
        }
        return new CaptureScope(clauses, excluded, excludedEndpoints, relayEndpoints, capture.onOverloadPass());
    }

    /** Whether rule {@code index} could ever see a packet; if not, its destinations are among those never captured. */
    public static boolean reachesAnything(RuleSet rules, int index, CaptureSettings capture) {
        return !reach(rules, index, capture.exclude()).boxes().isEmpty();
    }

    private static List<CaptureRegion.Box> lower(RuleSet rules, AddressSet exclude) {
        List<CaptureRegion.Box> wanted = new ArrayList<>();
        CaptureRegion passed = CaptureRegion.NOTHING;
        for (int i = 0; i < rules.rules().size(); i++) {
            Rule rule = rules.rules().get(i);
            if (rule.action().kind() != Action.Kind.PASS) {
                wanted.addAll(reach(rules, i, exclude).minus(passed).boxes());
                if (wanted.size() > MOST_BOXES) {
                    wanted = new ArrayList<>(CaptureRegion.of(wanted).within(MOST_CLAUSES).boxes());
                }
                continue;
            }
            ConditionRegion spared = new ConditionRegion(rule.condition());
            if (spared.exact()) {
                CaptureRegion more = passed.union(spared.region());
                passed = more.boxes().size() <= MOST_PASSED ? more : passed; // left out, it costs a look at its packets, never a wrong verdict
            }
        }
        return CaptureRegion.of(wanted).within(MOST_CLAUSES).boxes().stream().map(RuleLowering::narrow).toList();
    }

    private static CaptureRegion reach(RuleSet rules, int index, AddressSet exclude) {
        AddressSet never = Uncaptured.NEVER.union(exclude).union(rules.spared(index));
        CaptureRegion holes = CaptureRegion.everything(never, CaptureRegion.EVERY_PORT)
            .union(CaptureRegion.of(List.of(new CaptureRegion.Box(Protocol.UDP, CaptureRegion.EVERY_ADDRESS, Uncaptured.DHCP_PORTS))));
        return new ConditionRegion(rules.rules().get(index).condition()).region().minus(holes);
    }

    /** Closes the smallest gaps of sets too scattered to be tested for every packet, without touching what must not be captured. */
    private static CaptureRegion.Box narrow(CaptureRegion.Box box) {
        AddressSet addresses = box.addresses();
        PortSet ports = box.ports();
        if (addresses.ranges().size() > MOST_RANGES) {
            addresses = closeGaps(addresses).minus(Uncaptured.NEVER.union(Uncaptured.PRIVATE).minus(addresses));
        }
        if (ports.ranges().size() > MOST_PORT_RUNS) {
            ports = closeGaps(ports);
            ports = box.protocol() == Protocol.UDP ? ports.minus(Uncaptured.DHCP_PORTS) : ports;
        }
        return new CaptureRegion.Box(box.protocol(), addresses, ports);
    }

    private static AddressSet closeGaps(AddressSet addresses) {
        List<AddressSet.Range> gaps = new ArrayList<>(addresses.complement().ranges());
        gaps.sort(Comparator.comparingDouble(RuleLowering::width));
        int surplus = addresses.ranges().size() - MOST_RANGES / 2;
        return addresses.union(AddressSet.of(gaps.subList(0, Math.min(surplus, gaps.size()))));
    }

    private static double width(AddressSet.Range range) {
        double high = Math.scalb((double) (range.last().high() - range.first().high()), 64);
        return high + (range.last().low() >>> 1) - (range.first().low() >>> 1);
    }

    private static PortSet closeGaps(PortSet ports) {
        List<int[]> gaps = new ArrayList<>(CaptureRegion.EVERY_PORT.minus(ports).ranges());
        gaps.sort(Comparator.comparingInt(gap -> gap[1] - gap[0]));
        StringBuilder out = new StringBuilder(ports.toString());
        for (int[] gap : gaps.subList(0, Math.min(ports.ranges().size() - MOST_PORT_RUNS / 2, gaps.size()))) {
            out.append(',').append(gap[0]).append('-').append(gap[1]);
        }
        return PortSet.parse(out.toString());
    }
}
