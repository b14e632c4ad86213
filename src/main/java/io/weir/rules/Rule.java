package io.weir.rules;

import java.util.Objects;

/** One rule. {@code onFailure} matters only for {@code direct} and {@code proxy}. */
public record Rule(String name, Condition condition, Action action, OnFailure onFailure) {
    public Rule {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(onFailure, "onFailure");
    }

    /** Whether a flow the rule matched may still reach the rules after it. */
    boolean mayGoOn() {
        return onFailure == OnFailure.NEXT && action.relayed();
    }
}
