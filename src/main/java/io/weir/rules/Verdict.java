package io.weir.rules;

/**
 * The rules' answer for one flow.
 *
 * @param action    null when {@link #needsOwner()}: no answer without knowing the owner
 * @param ruleIndex place of the rule in the file, from 0; -1 when no rule matched
 * @param rule      its name, empty when no rule matched
 * @param why       the facts that made it match, as a phrase
 */
public record Verdict(Action action, int ruleIndex, String rule, OnFailure onFailure, String why) {
    /** The verdict depends on who owns the flow. */
    public static final Verdict NEEDS_OWNER = new Verdict(null, -1, "", OnFailure.BLOCK, "the owner is not known yet");

    /** No rule matched. */
    public static final Verdict NO_RULE = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "no rule matched");

    /** Only rules that say {@code pass} could match, so nobody needs to be asked. */
    static final Verdict NO_RULE_BUT_PASS = new Verdict(Action.PASS, -1, "", OnFailure.BLOCK, "every rule that can match says pass");

    public boolean needsOwner() {
        return action == null;
    }
}
