package io.weir.rules;

/**
 * The rules' answer for one flow.
 *
 * @param action    null when {@link #needsOwner()}: no answer without knowing the owner
 * @param ruleIndex place of the rule in the file, from 0; -1 when no rule matched
 * @param rule      its name
 * @param why       the facts that made it match, as a phrase
 */
public record Verdict(Action action, int ruleIndex, String rule, OnFailure onFailure, String why) {
    /** The verdict depends on who owns the flow. */
    public static final Verdict NEEDS_OWNER = new Verdict(null, -1, "", OnFailure.BLOCK, "the owner is not known yet");

    public boolean needsOwner() {
        return action == null;
    }
}
