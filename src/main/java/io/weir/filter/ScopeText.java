package io.weir.filter;

import io.weir.net.AddressSet;
import io.weir.net.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes sets as tests. No test is written that is always true or never true, for the driver folds those wrongly. */
final class ScopeText {

    private ScopeText() {
    }

    /** True in one of the runs; with the field's header absent, false. */
    static String ports(String field, List<int[]> runs) {
        List<String> out = new ArrayList<>();
        for (int[] run : runs) {
            if (run[0] == run[1]) {
                out.add(field + " == " + run[0]);
            } else if (run[0] == 0) {
                out.add(field + " <= " + run[1]);
            } else {
                out.add(field + " >= " + run[0] + (run[1] == ScopeBox.LAST_PORT ? "" : " and " + field + " <= " + run[1]));
            }
        }
        return bracketed(out);
    }

    private static String bracketed(List<String> alternatives) {
        String text = String.join(" or ", alternatives);
        return alternatives.size() > 1 ? "(" + text + ")" : text;
    }

    /** {@code and …}: not in any of the ranges. */
    static String outside(List<AddressSet.Range> ranges) {
        StringBuilder out = new StringBuilder();
        for (AddressSet.Range range : ranges) {
            out.append(out.isEmpty() ? "and " : " and ");
            if (range.first().equals(range.last())) {
                out.append("remoteAddr != ").append(range.first());
            } else if (range.first().equals(ScopeBox.LOWEST)) {
                out.append("remoteAddr > ").append(range.last());
            } else if (range.last().equals(ScopeBox.HIGHEST)) {
                out.append("remoteAddr < ").append(range.first());
            } else {
                out.append("(remoteAddr < ").append(range.first()).append(" or remoteAddr > ").append(range.last()).append(')');
            }
        }
        return out.toString();
    }

    private static String inside(List<AddressSet.Range> ranges) {
        List<String> out = new ArrayList<>();
        for (AddressSet.Range range : ranges) {
            if (range.first().equals(range.last())) {
                out.add("remoteAddr == " + range.first());
            } else if (range.first().equals(ScopeBox.LOWEST)) {
                out.add("remoteAddr <= " + range.last());
            } else {
                out.add("remoteAddr >= " + range.first() + (range.last().equals(ScopeBox.HIGHEST) ? "" : " and remoteAddr <= " + range.last()));
            }
        }
        return bracketed(out);
    }

    static String box(ScopeBox box) {
        String protocol = box.protocol().name().toLowerCase(Locale.ROOT);
        boolean ported = box.protocol() == Protocol.TCP || box.protocol() == Protocol.UDP;
        String transport = !ported || box.anyPort() ? protocol : ports(protocol + ".DstPort", box.ports());
        return box.anyAddress() ? transport : transport + " and " + inside(box.addresses());
    }
}
