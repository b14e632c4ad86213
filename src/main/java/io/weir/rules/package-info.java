/**
 * Conditions, rules, verdicts with their reasons; immutable and free of I/O. {@link io.weir.rules.RuleSet} decides and explains;
 * {@link io.weir.rules.Rule}, {@link io.weir.rules.Condition} and {@link io.weir.rules.ProcessPattern} are what it is made of.
 */
package io.weir.rules;
