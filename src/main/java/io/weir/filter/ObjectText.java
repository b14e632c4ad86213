package io.weir.filter;

import io.weir.filter.Field.Notation;
import java.util.ArrayList;
import java.util.List;

/** The compiled object as text, {@code @WinDiv_…} (windivert.md §6): written and read. */
final class ObjectText {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+=";
    private static final String MAGIC = "@WinDiv_";

    private final byte[] text;
    private int at;

    private ObjectText(byte[] text) {
        this.text = text;
    }

    static String write(List<Instruction> program) {
        StringBuilder out = new StringBuilder(MAGIC);
        number(out, 0);
        int count = program.size() & 0xff; // 256 tests write count 0 and no test: WinDivert's own broken object
        number(out, count);
        for (int i = 0; i < count; i++) {
            test(out, program.get(i));
        }
        return out.toString();
    }

    private static void test(StringBuilder out, Instruction test) {
        out.append('_');
        number(out, test.field().id());
        number(out, test.comparison().ordinal());
        number(out, test.negative() ? 1 : 0);
        number(out, test.value().word(0));
        if (test.field().elementBytes() > 0) {
            number(out, test.byteIndex() + 0xffff);
        } else {
            for (int word = 1; word < words(test.field()); word++) {
                number(out, test.value().word(word));
            }
        }
        label(out, test.success());
        label(out, test.failure());
    }

    private static int words(Field field) {
        return switch (field) {
            case ENDPOINT_ID, PARENT_ENDPOINT_ID, TIMESTAMP -> 2;
            default -> field.notation() == Notation.ADDRESS ? 4 : 1;
        };
    }

    private static void label(StringBuilder out, int label) {
        if (label == Instruction.ACCEPT) {
            out.append('A');
        } else if (label == Instruction.REJECT) {
            out.append('X');
        } else {
            out.append('L');
            number(out, label);
        }
    }

    private static void number(StringBuilder out, int bits) {
        long value = bits & 0xffff_ffffL;
        int digits = 1;
        while (value >>> 5 * digits != 0) {
            digits++;
        }
        for (int i = digits - 1; i > 0; i--) {
            out.append(DIGITS.charAt((int) (value >>> 5 * i) & 31));
        }
        out.append(DIGITS.charAt(32 + (int) (value & 31)));
    }

    /** @throws FilterException BAD_OBJECT when the DLL would not take it */
    static List<Instruction> read(byte[] text) throws FilterException {
        return new ObjectText(text).program();
    }

    private List<Instruction> program() throws FilterException {
        for (int i = 0; i < MAGIC.length(); i++) {
            check(next() == MAGIC.charAt(i));
        }
        check(number(4) == 0);
        long count = number(2);
        check(count > 0 && count <= Compiler.MAX_TESTS);
        List<Instruction> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Instruction test = test();
            check(isTarget(test.success(), i, count) && isTarget(test.failure(), i, count));
            out.add(test);
        }
        check(next() == '\0');
        return out;
    }

    private static boolean isTarget(int label, int from, long count) {
        return label >= Instruction.ACCEPT || label > from && label < count;
    }

    private Instruction test() throws FilterException {
        check(next() == '_');
        Field field = Field.withId((int) number(2));
        check(field != null);
        Comparison comparison = Comparison.withId((int) number(2));
        check(comparison != null);
        long negative = number(1);
        check(negative <= 1);
        long low = number(7);
        long high = 0;
        int byteIndex = 0;
        if (field.elementBytes() > 0) {
            byteIndex = (int) number(7) - 0xffff;
        } else if (field.notation() == Notation.IPV4_ADDRESS) {
            low |= IPV4_MARK;
        } else if (words(field) > 1) {
            low |= number(7) << 32;
            if (words(field) == 4) {
                high = number(7) | number(7) << 32;
            }
        }
        return new Instruction(field, comparison, negative == 1, new Number128(high, low), byteIndex, label(), label());
    }

    private static final long IPV4_MARK = 0xffff_0000_0000L;

    private int label() throws FilterException {
        switch (next()) {
            case 'A':
                return Instruction.ACCEPT;
            case 'X':
                return Instruction.REJECT;
            case 'L':
                long target = number(2);
                check(target <= Compiler.MAX_TESTS);
                return (int) target;
            default:
                throw new FilterException(ErrorCode.BAD_OBJECT, 0, 0, 1, "a compiled object, or filter text without @");
        }
    }

    private long number(int maxDigits) throws FilterException {
        long value = 0;
        for (int i = 0; i < maxDigits; i++) {
            check((value & 0xf800_0000L) == 0);
            int digit = DIGITS.indexOf(next());
            check(digit >= 0);
            value = value << 5 | digit & 31;
            if (digit >= 32) {
                return value;
            }
        }
        throw new FilterException(ErrorCode.BAD_OBJECT, 0, 0, 1, "a compiled object, or filter text without @");
    }

    private char next() {
        return at < text.length ? (char) (text[at++] & 0xff) : '\0';
    }

    private static void check(boolean holds) throws FilterException {
        if (!holds) {
            throw new FilterException(ErrorCode.BAD_OBJECT, 0, 0, 1, "a compiled object, or filter text without @");
        }
    }
}
