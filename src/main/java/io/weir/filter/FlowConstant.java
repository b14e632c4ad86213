package io.weir.filter;

import io.weir.filter.Expression.And;
import io.weir.filter.Expression.Choice;
import io.weir.filter.Expression.Or;
import io.weir.filter.Expression.Subject;
import io.weir.filter.Expression.Test;

/** The part of a filter that is the same for all packets one side of a flow sends; every other test is taken as passed. */
final class FlowConstant {
    private static final Expression PASSED = new Test(Subject.TRUE, 0, Comparison.EQUAL, false, Number128.ONE, 0, 0);

    private FlowConstant() {
    }

    /** A filter that matches all packets of every flow of which {@code expression} matches one. */
    static Expression of(Expression expression) {
        if (expression instanceof And and) {
            return new And(of(and.left()), of(and.right()));
        }
        if (expression instanceof Or or) {
            return new Or(of(or.left()), of(or.right()));
        }
        if (expression instanceof Choice choice) {
            return isConstant(choice.condition()) ? new Choice(choice.condition(), of(choice.yes()), of(choice.no()), choice.at())
                : new Or(of(choice.yes()), of(choice.no()));
        }
        return isConstant(expression) ? expression : PASSED;
    }

    private static boolean isConstant(Expression expression) {
        if (expression instanceof And and) {
            return isConstant(and.left()) && isConstant(and.right());
        }
        if (expression instanceof Or or) {
            return isConstant(or.left()) && isConstant(or.right());
        }
        if (expression instanceof Choice choice) {
            return isConstant(choice.condition()) && isConstant(choice.yes()) && isConstant(choice.no());
        }
        Subject subject = ((Test) expression).subject();
        return subject.constant() || switch (subject.field()) {
            case ZERO, INBOUND, OUTBOUND, LOOPBACK, IP, IPV6, ICMP, ICMPV6, TCP, UDP, PROTOCOL, IP_PROTOCOL, IP_SRC_ADDR, IP_DST_ADDR, IPV6_SRC_ADDR,
                IPV6_DST_ADDR, LOCAL_ADDR, REMOTE_ADDR, LOCAL_PORT, REMOTE_PORT, TCP_SRC_PORT, TCP_DST_PORT, UDP_SRC_PORT, UDP_DST_PORT -> true;
            default -> false;
        };
    }
}
