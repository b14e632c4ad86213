package io.weir.filter;

import io.weir.filter.Expression.Test;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comparisons of one field taken together: {@code >= a and <= b} is a range. A bound may be missing (null); {@code other} is kept as written. */
record Ranges(Field field, int byteIndex, Number128 from, Number128 to, Test other) {

    /** Merges the bounds of each field, in order of appearance. */
    static List<Ranges> merge(List<Test> tests) {
        Map<String, Ranges> bounds = new LinkedHashMap<>();
        for (Test test : tests) {
            Field field = test.subject().field();
            Ranges one = of(test);
            String key = one.other != null ? field.text() + test.byteIndex() + "#" + bounds.size() : field.text() + test.byteIndex();
            bounds.merge(key, one, (a, b) -> new Ranges(field, a.byteIndex, b.from == null ? a.from : b.from, b.to == null ? a.to : b.to, null));
        }
        return new ArrayList<>(bounds.values());
    }

    private static Ranges of(Test test) {
        Field field = test.subject().field();
        Number128 value = test.value();
        if (test.negative()) {
            return new Ranges(field, test.byteIndex(), null, null, test);
        }
        return switch (test.comparison()) {
            case GREATER_OR_EQUAL -> new Ranges(field, test.byteIndex(), value, null, null);
            case LESS_OR_EQUAL -> new Ranges(field, test.byteIndex(), null, value, null);
            case GREATER -> new Ranges(field, test.byteIndex(), value.next(), null, null);
            case LESS -> value.isZero() ? new Ranges(field, test.byteIndex(), null, null, test)
                    : new Ranges(field, test.byteIndex(), null, value.previous(), null);
            default -> new Ranges(field, test.byteIndex(), null, null, test);
        };
    }

    /** The operands as equality tests of one field; null if they are anything else. */
    static List<Test> sameField(List<Expression> parts) {
        List<Test> out = new ArrayList<>();
        for (Expression part : parts) {
            if (!(part instanceof Test test) || test.subject().constant() || test.comparison() != Comparison.EQUAL || test.negative()
                    || TestWords.adjective(test) != null) {
                return null;
            }
            if (!out.isEmpty() && (out.get(0).subject().field() != test.subject().field() || out.get(0).byteIndex() != test.byteIndex())) {
                return null;
            }
            out.add(test);
        }
        return out.size() < 2 ? null : out;
    }

    /** The prefix this range of addresses is, as {@code 10.0.0.0/8}; null if it is none. */
    String prefix() {
        if (from == null || to == null) {
            return null;
        }
        long highBits = from.high() ^ to.high();
        long lowBits = from.low() ^ to.low();
        boolean aligned = (highBits & highBits + 1) == 0 && (lowBits & lowBits + 1) == 0 && (highBits == 0 || lowBits == -1)
                && (from.high() & highBits) == 0 && (from.low() & lowBits) == 0;
        if (!aligned) {
            return null;
        }
        int hostBits = Long.bitCount(highBits) + Long.bitCount(lowBits);
        boolean ipv4 = from.high() == 0 && from.word(1) == 0xffff && hostBits <= 32;
        return AddressFormat.ipv6(from) + "/" + ((ipv4 ? 32 : 128) - hostBits);
    }
}
