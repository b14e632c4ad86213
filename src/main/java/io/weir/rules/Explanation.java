package io.weir.rules;

import io.weir.process.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What every rule says of one flow, in file order.
 *
 * @param flow    the flow and its owner, as a phrase
 * @param verdict {@link Verdict#NEEDS_OWNER} when the owner is not known and matters
 * @param caution what the verdict does not show: that such a destination is never captured; empty otherwise
 */
public record Explanation(String flow, List<Line> lines, Verdict verdict, String caution) {

    /** How one rule fared. */
    public enum Outcome {
        /** Did not match. */
        NO("no match"),
        /** Matched first: its action is carried out. */
        DECIDES("DECIDES"),
        /** Matches, but an earlier rule decided. */
        TOO_LATE("too late"),
        /** Whether it decides cannot be told without the owner. */
        DEPENDS("depends");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** One rule: its place from 1, and the reason in words. */
    public record Line(int number, String rule, Outcome outcome, Action action, String because) {
    }

    public Explanation {
        lines = List.copyOf(lines);
    }

    static Explanation of(RuleSet rules, CompiledRule[] compiled, byte[] answers, RuleSet.Flow flow) {
        long high = flow.destination().address().high();
        long low = flow.destination().address().low();
        int port = flow.destination().port();
        Verdict verdict = rules.decide(flow.protocol(), high, low, port, flow.owner(), 0);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < compiled.length; i++) {
            Rule rule = rules.rules().get(i);
            int result = compiled[i].evaluate(flow.protocol(), high, low, port, answers, true);
            boolean spared = rules.spared(i).contains(high, low) && Reason.holds(rule.condition(), flow) != Check.NO;
            String because = spared ? flow.destination().address() + " is private, this rule does not name it and capture.lan is off"
                : result == Check.YES ? Reason.whyMatched(rule.condition(), flow) : Reason.whyNot(rule.condition(), flow);
            lines.add(new Line(i + 1, rule.name(), outcome(result, i, verdict), rule.action(), because));
        }
        String kind = Uncaptured.kindOf(flow.destination().address());
        Explanation plain = new Explanation(describe(flow), lines, verdict, "");
        return kind == null ? plain : plain.notCaptured(kind + " destinations are never captured");
    }

    /** The same, with the caution that such a flow is never seen. @param why as a phrase */
    public Explanation notCaptured(String why) {
        return new Explanation(flow, lines, verdict, why + ": in truth no rule is asked");
    }

    private static Outcome outcome(int result, int index, Verdict verdict) {
        if (result == Check.NO) {
            return Outcome.NO;
        }
        if (index == verdict.ruleIndex()) {
            return Outcome.DECIDES;
        }
        return verdict.ruleIndex() >= 0 && index > verdict.ruleIndex() ? Outcome.TOO_LATE : Outcome.DEPENDS;
    }

    private static String describe(RuleSet.Flow flow) {
        Owner owner = flow.owner();
        String who = owner == null ? "an owner not known yet"
            : owner.name().isEmpty() ? "nobody known" : owner.path().isEmpty() ? owner.name() : owner.path();
        String user = owner == null || owner.user().isEmpty() ? "" : ", user " + owner.user();
        String service = owner == null || owner.service().isEmpty() ? "" : ", service " + owner.service();
        String details = owner == null || !owner.known() ? "" : " (pid " + owner.pid() + user + service + ")";
        return who + details + " to " + flow.destination() + " over " + flow.protocol().name().toLowerCase(Locale.ROOT);
    }

    /** Aligned text: the flow, a line per rule, the verdict. */
    public List<String> text() {
        int nameWidth = lines.stream().mapToInt(line -> line.rule().length()).max().orElse(0);
        int actionWidth = lines.stream().mapToInt(line -> line.action().toString().length()).max().orElse(0);
        String format = "%4d  %-" + Math.max(1, nameWidth) + "s  %-" + Math.max(1, actionWidth) + "s  %-8s  %s";
        List<String> out = new ArrayList<>();
        out.add(flow);
        for (Line line : lines) {
            out.add(String.format(Locale.ROOT, format, line.number(), line.rule(), line.action(), line.outcome().label(), line.because()));
        }
        if (verdict.needsOwner()) {
            out.add("verdict: not known without the owner");
        } else {
            String by = verdict.ruleIndex() < 0 ? "" : "rule " + (verdict.ruleIndex() + 1) + " \"" + verdict.rule() + "\": ";
            out.add("verdict: " + verdict.action() + " (" + by + verdict.why() + ")");
        }
        if (!caution.isEmpty()) {
            out.add("but: " + caution);
        }
        return out;
    }
}
