package io.weir.stage;

import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.rules.Verdict;

/**
 * One flow, for people.
 *
 * @param application where it comes from
 * @param owner       null: not asked for, or not answered yet; {@link Owner#UNKNOWN}: nobody found
 * @param verdict     the rule that decided and why; null while waiting for the owner
 * @param upstream    name of the upstream that carries it; null for none
 * @param how         what happened beside the verdict: a fallback, a failure, how it ended; empty for nothing
 * @param bytesUp     from the application, as the relay counted them; 0 before the end
 * @param openedNs    monotonic time of its first packet
 * @param durationNs  from then to this report
 */
public record FlowReport(long flowId, Protocol protocol, Endpoint application, Endpoint destination, Owner owner, Outcome outcome,
                         Verdict verdict, String upstream, String how, long bytesUp, long bytesDown, long openedNs, long durationNs) {
}
