package io.weir.filter;

import java.nio.ByteBuffer;

/**
 * Lets a packet filter choose flows by their first packet. A datagram is simply evaluated. On a SYN a test that a later segment of the same flow
 * may pass (payload, lengths, flags, acknowledgment) and the SYN does not is unknown, and a filter that may yet match selects the flow; so
 * {@code tcp.PayloadLength > 0} selects every TCP flow and {@code tcp.DstPort == 443 and tcp.PayloadLength > 0} those to port 443. Allocates
 * nothing per packet; one thread at a time.
 */
public final class FirstPacket {
    private final Evaluator evaluator;
    private final boolean[] later;
    private final int[] success;
    private final int[] failure;
    private final boolean[] reached;

    /** @param filter of a layer that carries packets */
    public FirstPacket(Filter filter) {
        evaluator = new Evaluator(filter);
        int count = filter.tests();
        later = new boolean[count];
        success = new int[count];
        failure = new int[count];
        reached = new boolean[count];
        for (int i = 0; i < count; i++) {
            Instruction test = filter.program().get(i);
            later[i] = isLater(test.field());
            success[i] = test.success();
            failure[i] = test.failure();
        }
    }

    /** Can later segments of a flow pass a test on this field that its SYN does not? */
    static boolean isLater(Field field) {
        return switch (field) {
            case TCP_PAYLOAD_LENGTH, TCP_PAYLOAD, TCP_PAYLOAD16, TCP_PAYLOAD32, TCP_SYN, TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_URG, TCP_URG_PTR,
                TCP_SEQ_NUM, TCP_ACK_NUM, TCP_HDR_LENGTH, TCP_WINDOW, TCP_CHECKSUM, LENGTH, IP_LENGTH, IP_ID, IP_CHECKSUM, IPV6_LENGTH,
                PACKET, PACKET16, PACKET32, TIMESTAMP, RANDOM8, RANDOM16, RANDOM32 -> true;
            default -> false;
        };
    }

    /** Does the filter choose the flow that this packet begins? A packet no filter can be applied to is left to the rules. */
    public boolean selects(ByteBuffer bytes, int offset, int length, AddressData address) {
        if (!evaluator.begin(bytes, offset, length, address)) {
            return true;
        }
        boolean segment = evaluator.isTcp();
        java.util.Arrays.fill(reached, false);
        reached[0] = true;
        for (int at = 0; at < reached.length; at++) {
            if (!reached[at]) {
                continue;
            }
            boolean holds = evaluator.holds(at, address);
            if (holds ? go(success[at]) : go(failure[at])) {
                return true;
            }
            if (!holds && segment && later[at] && evaluator.isThere(at) && go(success[at])) {
                return true;
            }
        }
        return false;
    }

    private boolean go(int target) {
        if (target < reached.length) {
            reached[target] = true;
        }
        return target == Instruction.ACCEPT;
    }
}
