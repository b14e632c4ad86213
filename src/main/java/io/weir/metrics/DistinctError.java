package io.weir.metrics;

import java.time.Instant;

/**
 * All errors of one kind so far.
 *
 * @param text what the last one that was written out said
 */
public record DistinctError(String kind, String text, long count, Instant first, Instant last) {
}
