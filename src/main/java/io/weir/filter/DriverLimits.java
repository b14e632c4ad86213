package io.weir.filter;

import io.weir.filter.Expression.Test;

/** What only the driver refuses, at WinDivertOpen and without a word why (windivert.md §5.9). */
final class DriverLimits {

    private DriverLimits() {
    }

    /** Why the driver would refuse this test, as a phrase; null if it would not. */
    static String refusal(Test test, Layer layer) {
        if (Folding.constantResult(test) != null) {
            return null;
        }
        Field field = test.subject().field();
        if (test.negative() && test.value().isZero()) {
            return "there is no negative zero";
        }
        if (test.negative() && field.elementBytes() > 0) {
            return "an element is never negative";
        }
        if (field == Field.EVENT && Macros.eventName(layer, test.value().word(0)) == null) {
            return test.value().decimal() + " is no event of the " + layer + " layer";
        }
        long highest = highest(field);
        return highest >= 0 && Number128.compareUnsigned(test.value(), Number128.of(highest)) > 0 ? "the value must not be above " + highest : null;
    }

    private static long highest(Field field) {
        return switch (field) {
            case IP_TOS -> 0xff;
            case ICMP_BODY, ICMPV6_BODY, TCP_SEQ_NUM, TCP_ACK_NUM, PACKET32, LOOPBACK, IMPOSTOR -> 0xffff_ffffL;
            default -> -1;
        };
    }
}
