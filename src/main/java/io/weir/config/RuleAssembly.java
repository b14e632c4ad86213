package io.weir.config;

import io.weir.filter.CaptureSettings;
import io.weir.filter.RuleLowering;
import io.weir.net.Protocol;
import io.weir.rules.Action;
import io.weir.rules.OnFailure;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes rules of their tables and checks what only shows between them. */
final class RuleAssembly {
    private final Reading reading;
    private final Map<String, TomlNode> upstreamNames;
    private final ProgramLinks links;
    private final Map<String, TomlNode> names = new HashMap<>();
    private final Set<String> usedUpstreams = new HashSet<>();
    private boolean danglingUpstream;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Values> sources = new ArrayList<>();

    RuleAssembly(Reading reading, Map<String, TomlNode> upstreamNames, ProgramLinks links) {
        this.reading = reading;
        this.upstreamNames = upstreamNames;
        this.links = links;
    }

    /** @param number its place in the file, from 1 */
    void add(Values values, int number) {
        String name = values.has(Keys.RULE_NAME) ? values.get(Keys.RULE_NAME) : "rule " + number;
        TomlNode earlier = names.putIfAbsent(name, values.node(Keys.RULE_NAME));
        if (earlier != null) {
            reading.error(values.node(Keys.RULE_NAME), "another rule has this name, on line " + reading.line(earlier), "rename one of them");
        }
        Action action = values.get(Keys.ACTION);
        if (action != null) {
            checkAction(values, action);
        }
        if (values.has(Keys.PROCESS)) {
            links.check(values.node(Keys.PROCESS), values.get(Keys.PROCESS), reading);
        }
        boolean whole = action != null && values.table().entries().keySet().stream().allMatch(key -> values.has(Keys.RULE.key(key)));
        if (whole) {
            rules.add(new Rule(name, Conditions.of(values, reading.style()), action, values.get(Keys.ON_FAILURE)));
            sources.add(values);
        }
    }

    private void checkAction(Values values, Action action) {
        if (values.has(Keys.ON_FAILURE) && !action.relayed()) {
            reading.warning(values.node(Keys.ON_FAILURE), "has no effect on " + action, "remove it; it belongs to direct and proxy:NAME");
        }
        if (action.kind() != Action.Kind.PROXY) {
            return;
        }
        usedUpstreams.add(action.upstream());
        boolean onlyUdp = Set.of(Protocol.UDP).equals(values.get(Keys.PROTOCOL));
        if (onlyUdp && values.get(Keys.ON_FAILURE) == OnFailure.BLOCK) {
            reading.warning(values.node(Keys.ACTION), "no upstream carries UDP, so all the rule matches is refused",
                "write action = \"block\", or on-failure = \"direct\" or \"next\"");
        }
        if (!upstreamNames.containsKey(action.upstream())) {
            danglingUpstream = true;
            String known = upstreamNames.isEmpty() ? "add an [[upstream]] of that name" : "choose " + String.join(", ", upstreamNames.keySet());
            reading.error(values.node(Keys.ACTION), "there is no upstream \"" + action.upstream() + '"',
                Suggestion.of(action.upstream(), upstreamNames.keySet(), known));
        }
    }

    /** Reports rules that can never match and upstreams nobody uses. */
    RuleSet finish(CaptureSettings capture) {
        RuleSet set = RuleSet.of(rules, capture.lan());
        int[] shadows = set.shadows();
        for (int i = 0; i < shadows.length; i++) {
            TomlNode table = sources.get(i).table();
            if (shadows[i] >= 0) {
                TomlNode first = sources.get(shadows[i]).table();
                String earlier = "\"" + rules.get(shadows[i]).name() + "\" on line " + reading.line(first);
                reading.error(table, "can never match: " + earlier + " takes all it could", "move it before that rule, or remove it");
            } else if (!RuleLowering.reachesAnything(set, i, capture)) {
                reportUnreachable(i, capture);
            }
        }
        upstreamNames.forEach((name, node) -> {
            if (!usedUpstreams.contains(name) && !danglingUpstream) { // a mistyped name is reported already
                reading.warning(node, "no rule uses this upstream", "write action = \"proxy:" + name + "\" in a rule, or remove it");
            }
        });
        return set;
    }

    private void reportUnreachable(int index, CaptureSettings capture) {
        Values values = sources.get(index);
        String why = values.has(Keys.TO) ? values.get(Keys.TO).addresses().ranges().stream().map(range -> capture.whyNever(range.first()))
            .filter(java.util.Objects::nonNull).findFirst().orElse(null) : null;
        String message = "can never match: " + (why != null ? why : "its conditions leave nothing that is captured");
        TomlNode at = values.has(Keys.TO) ? values.node(Keys.TO) : values.table();
        if (rules.get(index).action().kind() == Action.Kind.PASS) {
            reading.warning(at, message, "remove the rule: such packets pass anyway");
        } else {
            reading.error(at, message, "name other destinations, or remove the rule");
        }
    }
}
