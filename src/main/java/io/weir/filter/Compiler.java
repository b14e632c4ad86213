package io.weir.filter;

import io.weir.filter.Expression.And;
import io.weir.filter.Expression.Choice;
import io.weir.filter.Expression.Or;
import io.weir.filter.Expression.Test;
import java.util.ArrayList;
import java.util.List;

/** Flattens an expression into tests with forward jumps, in WinDivert's order: from right to left, then reversed. */
final class Compiler {
    /** Tests the DLL takes; the driver takes one fewer. */
    static final int MAX_TESTS = 256;

    private record Placed(Test test, int success, int failure) {
    }

    private final List<Placed> reversed = new ArrayList<>();

    private Compiler() {
    }

    /** @throws FilterException TOO_LONG beyond {@value #MAX_TESTS} tests */
    static List<Instruction> compile(Expression expression) throws FilterException {
        Compiler compiler = new Compiler();
        int first = compiler.place(expression, Instruction.ACCEPT, Instruction.REJECT);
        if (first < 0) {
            throw new FilterException(ErrorCode.TOO_LONG, 0, 0, 0, "at most " + MAX_TESTS + " tests");
        }
        return compiler.emit(first);
    }

    /** @return where to begin: a place in the reversed list, ACCEPT or REJECT; -1 when there are too many tests */
    private int place(Expression expression, int success, int failure) {
        if (success < 0 || failure < 0) {
            return -1;
        }
        if (expression instanceof And and) {
            return place(and.left(), place(and.right(), success, failure), failure);
        }
        if (expression instanceof Or or) {
            return place(or.left(), success, place(or.right(), success, failure));
        }
        if (expression instanceof Choice choice) {
            int no = place(choice.no(), success, failure);
            int yes = place(choice.yes(), success, failure);
            return place(choice.condition(), yes, no);
        }
        Test test = Folding.fold((Test) expression);
        if (test.subject().constant()) {
            return test.value().isZero() ? failure : success;
        }
        if (reversed.size() >= MAX_TESTS) {
            return -1;
        }
        reversed.add(new Placed(test, success, failure));
        return reversed.size() - 1;
    }

    private List<Instruction> emit(int first) {
        List<Instruction> out = new ArrayList<>();
        if (first >= Instruction.ACCEPT) {
            out.add(new Instruction(Field.ZERO, Comparison.EQUAL, false, Number128.ZERO, 0, first, first));
            return out;
        }
        for (int i = first; i >= 0; i--) {
            Placed placed = reversed.get(i);
            Test test = placed.test;
            out.add(new Instruction(test.subject().field(), test.comparison(), test.negative(), test.value(), test.byteIndex(),
                    target(placed.success, first), target(placed.failure, first)));
        }
        return out;
    }

    private static int target(int label, int first) {
        return label >= Instruction.ACCEPT ? label : first - label;
    }
}
