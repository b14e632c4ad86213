/**
 * Counters, drop reasons and the log of distinct errors; a leaf every package may use.
 */
package io.weir.metrics;
