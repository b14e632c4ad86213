package io.weir.cli;

import io.weir.app.FlowLine;
import io.weir.stage.FlowReport;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many connections met which rule with what outcome, and whose they were. */
final class MonitorTally {
    private static final int MOST_NAMES = 5;
    private static final int MOST_DIFFERENT = 1000;

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private int total;

    /** Connections with one outcome by one rule. */
    static final class Group {
        private final String outcome;
        private final String rule;
        private final Map<String, Integer> owners = new TreeMap<>();
        private int count;

        private Group(String outcome, String rule) {
            this.outcome = outcome;
            this.rule = rule;
        }

        String outcome() {
            return outcome;
        }

        String rule() {
            return rule;
        }

        int count() {
            return count;
        }

        /** {@code curl 3, firefox 1}: the most frequent first. */
        String owners() {
            String named = owners.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).limit(MOST_NAMES)
                .map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining(", "));
            return owners.size() > MOST_NAMES ? named + ", " + (owners.size() - MOST_NAMES) + " others" : named;
        }
    }

    void add(FlowReport flow) {
        total++;
        String outcome = outcome(flow);
        outcomes.merge(FlowLine.word(flow), 1, Integer::sum);
        Group group = groups.computeIfAbsent(outcome + "\n" + rule(flow), key -> new Group(outcome, rule(flow)));
        group.count++;
        String owner = flow.owner() == null || !flow.owner().known() ? "?" : FlowLine.printable(flow.owner().name());
        if (group.owners.size() < MOST_DIFFERENT || group.owners.containsKey(owner)) {
            group.owners.merge(owner, 1, Integer::sum);
        }
    }

    /** {@code proxied through office}. */
    static String outcome(FlowReport flow) {
        return flow.upstream() == null ? FlowLine.word(flow) : FlowLine.word(flow) + " through " + flow.upstream();
    }

    /** {@code -} where no rule decided. */
    static String rule(FlowReport flow) {
        return flow.verdict() == null || flow.verdict().ruleIndex() < 0 ? "-" : flow.verdict().rule();
    }

    /** The verdict's reason, and what else is to be said. */
    static String why(FlowReport flow) {
        String why = flow.verdict() == null ? "" : FlowLine.printable(flow.verdict().why()); // it quotes the process
        return flow.how().isEmpty() ? why : why + ": " + flow.how();
    }

    int total() {
        return total;
    }

    Map<String, Integer> outcomes() {
        return outcomes;
    }

    List<Group> groups() {
        return groups.values().stream().sorted(Comparator.comparingInt(Group::count).reversed()).toList();
    }
}
