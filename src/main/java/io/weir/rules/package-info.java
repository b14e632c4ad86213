/**
 * Conditions, rules, verdicts with their reasons; immutable and free of I/O.
 */
package io.weir.rules;
