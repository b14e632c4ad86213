package io.weir.filter;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Can a filter accept, or reject, some packet of a kind? Walks the decision program and keeps, field by field, the range of values still possible;
 * a way that contradicts itself is left. Sound for "no": when it says a packet cannot come through, none can. Bounded: beyond
 * {@value #MAX_STEPS} steps it says yes.
 */
final class Reach {
    private static final int MAX_STEPS = 50_000;
    private static final Number128 TOP = new Number128(-1, -1);

    /** Values still possible, both ends included. */
    record Span(Number128 lowest, Number128 highest) {
        static Span only(long value) {
            return new Span(Number128.of(value), Number128.of(value));
        }

        static Span of(Number128 lowest, Number128 highest) {
            return new Span(lowest, highest);
        }

        boolean holds(Number128 value) {
            return Number128.compareUnsigned(lowest, value) <= 0 && Number128.compareUnsigned(value, highest) <= 0;
        }
    }

    private final List<Instruction> program;
    private final int wanted;
    private final Map<Field, Span> facts = new EnumMap<>(Field.class);
    private int steps;

    private Reach(Filter filter, boolean accept, Map<Field, Span> facts) {
        program = filter.program();
        wanted = accept ? Instruction.ACCEPT : Instruction.REJECT;
        this.facts.putAll(facts);
    }

    /** May some packet with these facts be accepted (or, with {@code accept} false, rejected)? */
    static boolean possible(Filter filter, boolean accept, Map<Field, Span> facts) {
        return new Reach(filter, accept, facts).from(0);
    }

    private boolean from(int at) {
        if (at >= Instruction.ACCEPT) {
            return at == wanted;
        }
        if (++steps > MAX_STEPS) {
            return true;
        }
        Instruction test = program.get(at);
        Field header = test.field().header();
        if (header == null) {
            return branches(test);
        }
        Span present = facts.get(header);
        if (present != null) {
            return present.holds(Number128.ONE) ? branches(test) : from(test.failure());
        }
        return assuming(header, Span.only(1), () -> contradictory(header) ? false : branches(test))
                || assuming(header, Span.only(0), () -> from(test.failure()));
    }

    /** Two headers that never stand together. */
    private boolean contradictory(Field header) {
        return switch (header) {
            case IP -> known(Field.IPV6) || known(Field.ICMPV6);
            case IPV6 -> known(Field.IP) || known(Field.ICMP);
            default -> {
                for (Field other : List.of(Field.TCP, Field.UDP, Field.ICMP, Field.ICMPV6)) {
                    if (other != header && known(other)) {
                        yield true;
                    }
                }
                yield header == Field.ICMP && known(Field.IPV6) || header == Field.ICMPV6 && known(Field.IP);
            }
        };
    }

    private boolean known(Field flag) {
        Span span = facts.get(flag);
        return span != null && !span.holds(Number128.ZERO);
    }

    private boolean branches(Instruction test) {
        Field field = test.field();
        Span before = facts.get(field);
        boolean simple = field.elementBytes() == 0 && field != Field.TIMESTAMP && field != Field.PRIORITY && !test.negative();
        if (!simple) {
            return from(test.success()) || from(test.failure());
        }
        Span range = before != null ? before : full(field);
        Span yes = narrowed(range, test.comparison(), test.value());
        Span no = narrowed(range, test.comparison().inverted(), test.value());
        boolean header = field.notation() == Field.Notation.FLAG && field.header() == null;
        return yes != null && assuming(field, yes, () -> !(header && isHeader(field) && known(field) && contradictory(field)) && from(test.success()))
                || no != null && assuming(field, no, () -> from(test.failure()));
    }

    private static boolean isHeader(Field field) {
        return switch (field) {
            case IP, IPV6, TCP, UDP, ICMP, ICMPV6 -> true;
            default -> false;
        };
    }

    private static Span full(Field field) {
        Field.Range range = field.range();
        return range == null || range.lowestNegative() ? Span.of(Number128.ZERO, TOP) : Span.of(range.lowest(), range.highest());
    }

    /** The part of a span for which a comparison may hold; null if there is none. A hole inside a span is not remembered. */
    private static Span narrowed(Span span, Comparison comparison, Number128 value) {
        Number128 low = span.lowest;
        Number128 high = span.highest;
        switch (comparison) {
            case EQUAL -> {
                return span.holds(value) ? Span.of(value, value) : null;
            }
            case NOT_EQUAL -> {
                if (low.equals(value) && high.equals(value)) {
                    return null;
                }
                return low.equals(value) ? Span.of(low.next(), high) : high.equals(value) ? Span.of(low, high.previous()) : span;
            }
            case LESS, LESS_OR_EQUAL -> {
                if (comparison == Comparison.LESS && value.isZero()) {
                    return null;
                }
                Number128 bound = comparison == Comparison.LESS ? value.previous() : value;
                high = Number128.compareUnsigned(bound, high) < 0 ? bound : high;
            }
            default -> {
                if (comparison == Comparison.GREATER && value.equals(TOP)) {
                    return null;
                }
                Number128 bound = comparison == Comparison.GREATER ? value.next() : value;
                low = Number128.compareUnsigned(bound, low) > 0 ? bound : low;
            }
        }
        return Number128.compareUnsigned(low, high) <= 0 ? Span.of(low, high) : null;
    }

    private boolean assuming(Field field, Span span, java.util.function.BooleanSupplier then) {
        Span before = facts.put(field, span);
        Field mirror = field == Field.INBOUND ? Field.OUTBOUND : field == Field.OUTBOUND ? Field.INBOUND : null;
        Span mirrorBefore = mirror == null ? null : facts.get(mirror);
        if (mirror != null && span.lowest.equals(span.highest)) {
            Span opposite = Span.only(span.lowest.isZero() ? 1 : 0);
            if (mirrorBefore != null && !mirrorBefore.holds(opposite.lowest)) {
                restore(field, before);
                return false;
            }
            facts.put(mirror, opposite);
        }
        boolean result = then.getAsBoolean();
        restore(field, before);
        if (mirror != null) {
            restore(mirror, mirrorBefore);
        }
        return result;
    }

    private void restore(Field field, Span before) {
        if (before == null) {
            facts.remove(field);
        } else {
            facts.put(field, before);
        }
    }
}
