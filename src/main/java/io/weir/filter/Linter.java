package io.weir.filter;

import io.weir.filter.Expression.And;
import io.weir.filter.Expression.Choice;
import io.weir.filter.Expression.Or;
import io.weir.filter.Expression.Test;
import io.weir.filter.Reach.Span;
import io.weir.filter.Warning.Kind;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.net.IpPrefix;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Finds what a filter does beside what its writer wants (windivert.md §0, §5.8, §5.9). */
final class Linter {
    private static final List<IpPrefix> LAN = List.of(IpPrefix.parse("10.0.0.0/8"), IpPrefix.parse("172.16.0.0/12"), IpPrefix.parse("192.168.0.0/16"),
            IpPrefix.parse("169.254.0.0/16"), IpPrefix.parse("fc00::/7"), IpPrefix.parse("fe80::/10"));
    private static final List<IpPrefix> MULTICAST = List.of(IpPrefix.parse("224.0.0.0/4"), IpPrefix.parse("ff00::/8"));
    private static final int DRIVER_TESTS = 255;

    private final Filter filter;
    private final String text;
    private final List<Warning> warnings = new ArrayList<>();

    private Linter(Filter filter, String text) {
        this.filter = filter;
        this.text = text;
    }

    /** @param upstreams endpoints of the user's own proxies, whose traffic must not be captured; may be empty */
    static List<Warning> lint(Filter filter, String text, List<Endpoint> upstreams) {
        Linter linter = new Linter(filter, text);
        linter.tests(filter.expression());
        boolean canAccept = Reach.possible(filter, true, Map.of());
        if (!canAccept) {
            linter.warn(Kind.NEVER_TRUE, "matches no packet at all");
        } else if (!Reach.possible(filter, false, Map.of())) {
            linter.warn(Kind.ALWAYS_TRUE, "matches every packet");
        }
        if (filter.layer() == Layer.NETWORK && canAccept) {
            linter.captures(upstreams);
        }
        if (filter.tests() > DRIVER_TESTS) {
            linter.warn(Kind.DRIVER_REFUSES, filter.tests() + " tests: the driver takes at most " + DRIVER_TESTS);
        }
        return linter.warnings;
    }

    private void warn(Kind kind, String message) {
        warnings.add(Warning.whole(kind, message));
    }

    private void warn(Kind kind, Test test, String message) {
        warnings.add(new Warning(kind, "`" + source(test) + "` " + message, test.from(), test.to()));
    }

    private String source(Test test) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new String(bytes, test.from(), test.to() - test.from(), java.nio.charset.StandardCharsets.UTF_8).strip();
    }

    private void tests(Expression expression) {
        if (expression instanceof And and) {
            tests(and.left());
            tests(and.right());
        } else if (expression instanceof Or or) {
            tests(or.left());
            tests(or.right());
        } else if (expression instanceof Choice choice) {
            tests(choice.condition());
            tests(choice.yes());
            tests(choice.no());
        } else if (expression instanceof Test test && !test.subject().constant() && test.subject().field() != Field.ZERO) {
            test(test);
        }
    }

    private void test(Test test) {
        Field field = test.subject().field();
        folding(test, field);
        String source = source(test);
        if ((source.startsWith("not") || source.startsWith("!")) && field.header() != null) {
            warn(Kind.NOT_NO_COMPLEMENT, test, "is false, too, where there is no " + field.header().text() + " header; for everything else write `("
                    + source.replaceFirst("^(?:not\\b|!|\\s)+", "") + "? false: true)`");
        }
        if (field == Field.IPV6_FLOW_LABEL) {
            warn(Kind.FLOW_LABEL, test, "compares the label's bytes in a scrambled order; only 0 is told apart reliably");
        }
        if ((field == Field.IP || field == Field.IPV6) && !filter.layer().carriesPackets()) {
            warn(Kind.IP_AT_EVENT_LAYER, test, "reads 0 at the " + filter.layer() + " layer, whatever the family");
        }
        String refused = DriverLimits.refusal(test, filter.layer());
        if (refused != null) {
            warn(Kind.DRIVER_REFUSES, test, "is refused by the driver (error 87) although it compiles: " + refused);
        }
    }

    private void folding(Test test, Field field) {
        Boolean constant = Folding.constantResult(test);
        if (constant == null || test.from() == test.to()) {
            return;
        }
        boolean bare = test.value().isZero() && (test.comparison() == Comparison.NOT_EQUAL || test.comparison() == Comparison.EQUAL) && constant;
        if (!constant && field.header() != null) {
            String hint = field == Field.IP_SRC_ADDR || field == Field.IP_DST_ADDR ? " (a plain number is no IPv4 address; write it dotted)" : "";
            warn(Kind.HEADER_ABSENT, test, "can never hold, and WinDivert 2.2.2 turns it into `not " + field.header().text()
                    + "`: it matches every packet without that header" + hint);
        } else if (constant) {
            warn(Kind.ALWAYS_HOLDS, test, field.header() == null ? "always holds" : "holds for every packet with that header"
                    + (bare ? "" : ": `" + field.header().text() + "` says the same"));
        } else {
            warn(Kind.NEVER_HOLDS, test, "never holds");
        }
    }

    private void captures(List<Endpoint> upstreams) {
        if (accepts(fact(Field.OUTBOUND, 0))) {
            warn(Kind.CAPTURES_INBOUND, "captures inbound packets, which costs the adapter's receive offloads;"
                    + " add `outbound and (…)` unless you need them");
        }
        if (accepts(fact(Field.LOOPBACK, 1, Field.OUTBOUND, 1))) {
            warn(Kind.CAPTURES_LOOPBACK, "captures loopback traffic; add `not loopback`");
        }
        if (dhcp("255.255.255.255", 68, 67) || dhcp("ff02::1:2", 546, 547)) {
            warn(Kind.CAPTURES_DHCP, "captures DHCP; without it the machine loses its address; exclude UDP ports 67, 68, 546 and 547");
        }
        if (destination(MULTICAST)) {
            warn(Kind.CAPTURES_MULTICAST, "captures multicast (discovery of printers, screens, names); exclude 224.0.0.0/4 and ff00::/8");
        }
        if (destination(LAN)) {
            warn(Kind.CAPTURES_LAN, "captures traffic to the local network;"
                    + " exclude 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fc00::/7, fe80::/10");
        }
        for (Endpoint upstream : upstreams) {
            Map<Field, Span> facts = towards(upstream.address(), upstream.address());
            facts.put(Field.TCP_DST_PORT, Span.only(upstream.port()));
            facts.put(Field.REMOTE_PORT, Span.only(upstream.port()));
            facts.put(Field.TCP, Span.only(1));
            if (accepts(facts)) {
                warn(Kind.CAPTURES_UPSTREAM, "captures connections to your own upstream " + upstream + ": they would loop");
            }
        }
    }

    private boolean accepts(Map<Field, Span> facts) {
        return Reach.possible(filter, true, facts);
    }

    /** A client's first message, which goes to everybody. */
    private boolean dhcp(String everybody, int from, int to) {
        IpAddress address = IpAddress.parse(everybody);
        Map<Field, Span> facts = towards(address, address);
        facts.putAll(fact(Field.UDP, 1, Field.UDP_SRC_PORT, from, Field.UDP_DST_PORT, to, Field.LOCAL_PORT, from, Field.REMOTE_PORT, to,
                Field.PROTOCOL, 17));
        return accepts(facts);
    }

    private boolean destination(List<IpPrefix> prefixes) {
        for (IpPrefix prefix : prefixes) {
            if (accepts(towards(prefix.first(), prefix.last()))) {
                return true;
            }
        }
        return false;
    }

    /** An outbound packet to these addresses, however the filter names them. */
    private static Map<Field, Span> towards(IpAddress first, IpAddress last) {
        Span span = Span.of(new Number128(first.high(), first.low()), new Number128(last.high(), last.low()));
        Map<Field, Span> facts = fact(Field.OUTBOUND, 1, Field.INBOUND, 0, Field.LOOPBACK, 0, first.isIpv4() ? Field.IP : Field.IPV6, 1,
                first.isIpv4() ? Field.IPV6 : Field.IP, 0);
        facts.put(Field.REMOTE_ADDR, span);
        facts.put(first.isIpv4() ? Field.IP_DST_ADDR : Field.IPV6_DST_ADDR, span);
        return facts;
    }

    private static Map<Field, Span> fact(Object... pairs) {
        Map<Field, Span> facts = new EnumMap<>(Field.class);
        for (int i = 0; i < pairs.length; i += 2) {
            facts.put((Field) pairs[i], Span.only((Integer) pairs[i + 1]));
        }
        if (facts.containsKey(Field.OUTBOUND)) {
            facts.put(Field.INBOUND, Span.only(facts.get(Field.OUTBOUND).lowest().isZero() ? 1 : 0));
        }
        return facts;
    }
}
