package io.weir.filter;

import io.weir.filter.Decompiler.Constant;
import io.weir.filter.Decompiler.Leaf;
import io.weir.filter.Decompiler.Pair;
import io.weir.filter.Decompiler.Shape;
import io.weir.filter.Decompiler.Ternary;
import java.util.List;

/** Prints a compiled filter in WinDivert's normal form (WinDivertHelperFormatFilter). */
final class Formatter {
    private final Layer layer;
    private final StringBuilder out = new StringBuilder();

    private Formatter(Layer layer) {
        this.layer = layer;
    }

    /** @return null when the filter has no bounded normal form */
    static String format(List<Instruction> program, Layer layer) {
        Shape shape = Decompiler.decompile(program);
        if (shape == null) {
            return null;
        }
        Formatter formatter = new Formatter(layer);
        formatter.print(shape, true, false);
        return formatter.out.toString();
    }

    /** One test in its normal form. */
    static String test(Instruction test, Layer layer) {
        Formatter formatter = new Formatter(layer);
        formatter.test(test);
        return formatter.out.toString();
    }

    private void print(Shape shape, boolean top, boolean insideAnd) {
        if (shape instanceof Pair pair) {
            boolean brackets = !top && pair.and() != insideAnd;
            out.append(brackets ? "(" : "");
            print(pair.left(), false, pair.and());
            out.append(pair.and() ? " and " : " or ");
            print(pair.right(), false, pair.and());
            out.append(brackets ? ")" : "");
        } else if (shape instanceof Ternary ternary) {
            out.append('(');
            print(ternary.condition(), true, false);
            out.append("? ");
            print(ternary.yes(), true, false);
            out.append(": ");
            print(ternary.no(), true, false);
            out.append(')');
        } else if (shape instanceof Constant constant) {
            out.append(constant.truth());
        } else {
            test(((Leaf) shape).test());
        }
    }

    private void test(Instruction test) {
        Number128 value = test.value();
        boolean equality = test.comparison() == Comparison.EQUAL || test.comparison() == Comparison.NOT_EQUAL;
        if (test.field().notation() == Field.Notation.FLAG && equality && value.fits32() && value.low() <= 1) {
            boolean wanted = value.low() == 1 == (test.comparison() == Comparison.EQUAL);
            out.append(wanted ? "" : "not ").append(test.field().text());
            return;
        }
        boolean array = test.field().elementBytes() > 0;
        out.append(test.field().text());
        if (array) {
            out.append('[').append(test.byteIndex()).append("b]");
        }
        out.append(' ').append(test.comparison().text()).append(' ');
        if (array) { // of an array's value only 32 bits without sign are kept
            out.append("0x").append(Integer.toHexString(value.word(0)));
        } else {
            out.append(test.negative() ? "-" : "").append(value(test));
        }
    }

    private String value(Instruction test) {
        Number128 value = test.value();
        return switch (test.field().notation()) {
            case IPV4_ADDRESS -> AddressFormat.ipv4(value.word(0));
            case ADDRESS -> AddressFormat.ipv6(value);
            case HEXADECIMAL -> "0x" + value.hex();
            case LAYER_NAME -> value.low() >= 0 && value.low() < Layer.values().length
                    ? Layer.values()[(int) value.low()].name() : Integer.toUnsignedString(value.word(0));
            case EVENT_NAME -> {
                String name = Macros.eventName(layer, value.word(0));
                yield name != null ? name : Integer.toUnsignedString(value.word(0));
            }
            case FLAG, DECIMAL -> value.decimal();
        };
    }
}
