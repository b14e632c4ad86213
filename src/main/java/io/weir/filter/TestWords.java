package io.weir.filter;

import io.weir.filter.Expression.Test;
import java.util.ArrayList;
import java.util.List;

/** The words for single tests. */
final class TestWords {

    private TestWords() {
    }

    /** A flag as an adjective ("outbound", "non-TCP"); empty for a constant truth; null if the test is no adjective. */
    static String adjective(Test test) {
        if (test.subject().constant()) {
            return Boolean.TRUE.equals(Folding.constantResult(test)) ? "" : "impossible";
        }
        boolean equality = test.comparison() == Comparison.EQUAL || test.comparison() == Comparison.NOT_EQUAL;
        if (!equality || !test.value().fits32() || test.value().low() > 1 || test.negative()) {
            return null;
        }
        boolean set = test.value().low() == 1 == (test.comparison() == Comparison.EQUAL);
        return switch (test.subject().field()) {
            case OUTBOUND -> set ? "outbound" : "inbound";
            case INBOUND -> set ? "inbound" : "outbound";
            case LOOPBACK -> set ? "loopback" : "non-loopback";
            case IMPOSTOR -> set ? "injected" : "not injected";
            case FRAGMENT -> set ? "fragmented" : "unfragmented";
            case IP, IPV6, TCP, UDP, ICMP, ICMPV6 -> (set ? "" : "non-") + noun(test.subject().field());
            default -> null;
        };
    }

    static String noun(Field header) {
        return switch (header) {
            case IP -> "IPv4";
            case IPV6 -> "IPv6";
            case ICMPV6 -> "ICMPv6";
            default -> header.name();
        };
    }

    /** Several equalities of one field: "to port 80 or 443". */
    static String either(List<Test> tests) {
        List<String> values = new ArrayList<>();
        tests.forEach(test -> values.add(value(test.subject().field(), test.value())));
        return preposition(tests.get(0).subject().field(), tests.get(0).byteIndex()) + " " + String.join(" or ", values);
    }

    /** A range, or one test, with its preposition. */
    static String within(Ranges range) {
        Field field = range.field();
        String lead = preposition(field, range.byteIndex());
        if (range.other() != null) {
            return single(range.other(), lead);
        }
        String prefix = field.notation() == Field.Notation.ADDRESS || field.notation() == Field.Notation.IPV4_ADDRESS ? range.prefix() : null;
        if (prefix != null) {
            return lead + " " + prefix;
        }
        String from = range.from() == null ? null : value(field, range.from());
        String to = range.to() == null ? null : value(field, range.to());
        String bounds = from == null ? "up to " + to : to == null ? from + " and above" : from + " to " + to;
        return lead + " " + bounds;
    }

    private static String single(Test test, String lead) {
        Field field = test.subject().field();
        if (field.notation() == Field.Notation.FLAG && test.value().fits32() && test.value().low() <= 1
                && (test.comparison() == Comparison.EQUAL || test.comparison() == Comparison.NOT_EQUAL)) {
            boolean set = test.value().low() == 1 == (test.comparison() == Comparison.EQUAL);
            return (set ? "with " : "without ") + field.text();
        }
        String value = (test.negative() ? "-" : "") + value(field, test.value());
        return switch (test.comparison()) {
            case EQUAL -> lead + " " + value;
            case NOT_EQUAL -> test.value().isZero() && !test.negative() && lead.startsWith("with ") ? lead + " not 0" : lead + " other than " + value;
            default -> lead + " " + test.comparison().text() + " " + value;
        };
    }

    private static String preposition(Field field, int byteIndex) {
        return switch (field) {
            case TCP_DST_PORT, UDP_DST_PORT -> "to port";
            case TCP_SRC_PORT, UDP_SRC_PORT -> "from port";
            case REMOTE_PORT -> "with remote port";
            case LOCAL_PORT -> "with local port";
            case IP_DST_ADDR, IPV6_DST_ADDR -> "to";
            case IP_SRC_ADDR, IPV6_SRC_ADDR -> "from";
            case REMOTE_ADDR -> "with remote address";
            case LOCAL_ADDR -> "with local address";
            case PROCESS_ID -> "of process";
            default -> "with " + field.text() + (field.elementBytes() > 0 ? "[" + byteIndex + "b]" : "");
        };
    }

    private static String value(Field field, Number128 value) {
        return switch (field.notation()) {
            case IPV4_ADDRESS, ADDRESS -> AddressFormat.ipv6(value);
            case HEXADECIMAL -> "0x" + value.hex();
            default -> value.decimal();
        };
    }
}
