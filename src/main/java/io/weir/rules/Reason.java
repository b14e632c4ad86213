package io.weir.rules;

import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Puts into words why a condition holds of a flow, or why it does not. */
final class Reason {
    private static final int NAMED_ITEMS = 3;

    private Reason() {
    }

    /** Phrases joined by semicolons; the condition must hold. */
    static String whyMatched(Condition condition, RuleSet.Flow flow) {
        List<String> phrases = new ArrayList<>();
        addMatched(condition, flow, phrases);
        return phrases.isEmpty() ? "the rule has no condition" : String.join("; ", phrases);
    }

    private static void addMatched(Condition condition, RuleSet.Flow flow, List<String> out) {
        if (condition instanceof Condition.All all) {
            all.parts().forEach(part -> addMatched(part, flow, out));
        } else if (condition instanceof Condition.Any any) {
            any.parts().stream().filter(part -> holds(part, flow) == Check.YES).findFirst().ifPresent(part -> addMatched(part, flow, out));
        } else if (condition instanceof Condition.None none) {
            none.parts().forEach(part -> out.add(whyNot(part, flow)));
        } else {
            out.add(matchedLeaf(condition, flow));
        }
    }

    private static String matchedLeaf(Condition leaf, RuleSet.Flow flow) {
        if (leaf instanceof Condition.Process process) {
            ProcessPattern pattern = OwnerTests.matching(process, flow.owner());
            return "process " + pattern.subject(flow.owner()) + " matched \"" + pattern + '"';
        }
        if (leaf instanceof Condition.ProcessId) {
            return "pid " + flow.owner().pid() + " matched";
        }
        if (leaf instanceof Condition.User user) {
            return "user " + flow.owner().user() + " matched \"" + OwnerTests.matching(user, flow.owner()) + '"';
        }
        if (leaf instanceof Condition.Destination destination) {
            return "destination " + flow.destination().address() + " in " + itemOf(destination, flow);
        }
        if (leaf instanceof Condition.Port port) {
            return "port " + flow.destination().port() + " in " + partOf(port.ports(), flow.destination().port());
        }
        return "protocol " + lower(flow.protocol());
    }

    private static String itemOf(Condition.Destination destination, RuleSet.Flow flow) {
        for (Condition.Destination.Item item : destination.items()) {
            if (item.addresses().contains(flow.destination().address())) {
                return item.text();
            }
        }
        return destination.addresses().toString();
    }

    private static String partOf(PortSet ports, int wanted) {
        for (String part : ports.toString().split(",")) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (first <= wanted && wanted <= last) {
                return part;
            }
        }
        return ports.toString();
    }

    /** One phrase; the condition must not hold, or not be known to. */
    static String whyNot(Condition condition, RuleSet.Flow flow) {
        if (condition instanceof Condition.All all) {
            return firstOf(all.parts(), flow, Check.NO).map(part -> whyNot(part, flow))
                .or(() -> firstOf(all.parts(), flow, Check.MAYBE).map(part -> whyNot(part, flow))).orElse("nothing is excluded");
        }
        if (condition instanceof Condition.Any any) {
            String phrases = any.parts().stream().map(part -> whyNot(part, flow)).collect(Collectors.joining(" and "));
            return phrases.isEmpty() ? "there is no alternative" : phrases;
        }
        if (condition instanceof Condition.None none) {
            return firstOf(none.parts(), flow, Check.YES).map(part -> whyMatched(part, flow))
                .or(() -> firstOf(none.parts(), flow, Check.MAYBE).map(part -> whyNot(part, flow))).orElse("nothing is allowed");
        }
        return unmatchedLeaf(condition, flow);
    }

    private static java.util.Optional<Condition> firstOf(List<Condition> parts, RuleSet.Flow flow, int result) {
        return parts.stream().filter(part -> holds(part, flow) == result).findFirst();
    }

    private static String unmatchedLeaf(Condition leaf, RuleSet.Flow flow) {
        if (leaf instanceof Condition.Process process) {
            return owner(flow, "process", subject(process, flow), list(process.patterns(), true));
        }
        if (leaf instanceof Condition.ProcessId pid) {
            return owner(flow, "pid", flow.owner() == null ? "" : String.valueOf(flow.owner().pid()), list(pid.ids(), false));
        }
        if (leaf instanceof Condition.User user) {
            return owner(flow, "user", flow.owner() == null ? "" : flow.owner().user(), list(user.names(), true));
        }
        if (leaf instanceof Condition.Destination destination) {
            List<String> items = destination.items().stream().map(Condition.Destination.Item::text).toList();
            return "destination " + flow.destination().address() + " is not in " + list(items, false);
        }
        if (leaf instanceof Condition.Port port) {
            return "port " + flow.destination().port() + " is not in " + list(List.of(port.ports().toString().split(",")), false);
        }
        return "protocol " + lower(flow.protocol()) + " is not " + ((Condition.Transport) leaf).protocols().stream().map(Reason::lower).sorted()
            .collect(Collectors.joining(" or "));
    }

    private static String subject(Condition.Process process, RuleSet.Flow flow) {
        return flow.owner() == null || process.patterns().isEmpty() ? "" : process.patterns().get(0).subject(flow.owner());
    }

    private static String owner(RuleSet.Flow flow, String what, String value, String wanted) {
        boolean userOnly = flow.owner() != null && !flow.owner().known() && !flow.owner().user().isEmpty();
        if (flow.owner() == null || userOnly && !what.equals("user")) {
            return "depends on whether the " + what + " is " + wanted;
        }
        if (flow.owner().equals(Owner.UNKNOWN)) {
            return "nobody owns the flow, so the " + what + " is not " + wanted;
        }
        return value.isEmpty() ? what + " is hidden, so it is not " + wanted : what + " " + value + " is not " + wanted;
    }

    private static String list(List<?> items, boolean quoted) {
        String quote = quoted ? "\"" : "";
        String named = items.stream().limit(NAMED_ITEMS).map(item -> quote + item + quote).collect(Collectors.joining(", "));
        return items.size() <= NAMED_ITEMS ? named : named + ", … (" + items.size() + " in all)";
    }

    private static String lower(Protocol protocol) {
        return protocol.name().toLowerCase(Locale.ROOT);
    }

    /** Plain evaluation of the tree, for words only; {@link RuleSet} decides by its compiled checks. */
    static int holds(Condition condition, RuleSet.Flow flow) {
        if (condition instanceof Condition.All all) {
            return all.parts().stream().mapToInt(part -> holds(part, flow)).min().orElse(Check.YES);
        }
        if (condition instanceof Condition.Any any) {
            return any.parts().stream().mapToInt(part -> holds(part, flow)).max().orElse(Check.NO);
        }
        if (condition instanceof Condition.None none) {
            return Check.YES - none.parts().stream().mapToInt(part -> holds(part, flow)).max().orElse(Check.NO);
        }
        if (condition instanceof Condition.OfOwner test) {
            return flow.owner() == null ? Check.MAYBE : OwnerTests.truth(test, flow.owner());
        }
        if (condition instanceof Condition.Destination destination) {
            return truth(destination.addresses().contains(flow.destination().address()));
        }
        if (condition instanceof Condition.Port port) {
            return truth(port.ports().contains(flow.destination().port()));
        }
        return truth(((Condition.Transport) condition).protocols().contains(flow.protocol()));
    }

    private static int truth(boolean value) {
        return value ? Check.YES : Check.NO;
    }
}
