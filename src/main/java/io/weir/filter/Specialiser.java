package io.weir.filter;

import java.util.List;

/**
 * Partial evaluation of a filter for packets of which the facts (headers, direction, loopback, impostor, fragment) are known: tests these decide
 * are gone, and tests of one field that follow each other are one test of a range or a set.
 */
final class Specialiser {
    private final List<Instruction> program;
    private final Layer layer;
    private final int facts;
    /** Of each test: itself, or where it leads without looking at the packet. */
    private final int[] resolved;
    private final Load[] loads;
    private final Pieces[] pieces;
    /** What is tested: the pieces when two targets are left, otherwise those of the test alone. */
    private final Pieces[] tested;

    private Specialiser(Filter filter, int facts) {
        this.program = filter.program();
        this.layer = filter.layer();
        this.facts = facts;
        resolved = new int[program.size()];
        loads = new Load[program.size()];
        pieces = new Pieces[program.size()];
        tested = new Pieces[program.size()];
    }

    static Specialised specialise(Filter filter, int facts) {
        Specialiser specialiser = new Specialiser(filter, facts);
        for (int i = specialiser.program.size() - 1; i >= 0; i--) {
            specialiser.resolved[i] = specialiser.resolve(i);
        }
        return specialiser.write();
    }

    private int target(int at) {
        return at >= 0 && at < resolved.length ? resolved[at] : at;
    }

    private int resolve(int at) {
        Instruction test = program.get(at);
        if (!test.field().existsAt(layer)) {
            return Evaluator.ERROR_TARGET;
        }
        int success = target(test.success());
        int failure = target(test.failure());
        if (success == failure || (Evaluator.headerBit(test.field().header()) & ~facts) != 0) {
            return failure;
        }
        Load load = Load.of(test.field(), at, facts);
        Pieces own = own(test, load, success, failure);
        if (load.isConstant()) {
            return own.of(load.highest());
        }
        Pieces all = own.count() == 1 ? own : followed(own, load);
        if (all.count() == 1) {
            return all.target(0);
        }
        loads[at] = load;
        pieces[at] = all;
        tested[at] = all.alternate() ? all : own;
        return at;
    }

    /** The test by itself. */
    private Pieces own(Instruction test, Load load, int success, int failure) {
        Pieces out = new Pieces();
        if (load.isGeneral()) {
            out.add(0, failure);
            out.add(1, success);
            return out;
        }
        int below = test.comparison().holds(-1) ? success : failure;
        int equal = test.comparison().holds(0) ? success : failure;
        int above = test.comparison().holds(1) ? success : failure;
        long highest = load.highest();
        long value = test.value().low() & 0xffff_ffffL;
        int order = test.negative() ? -1 : Evaluator.isWide(test.field()) ? mappedOrder(test.value()) : 0;
        if (order != 0) {
            out.add(highest, order < 0 ? above : below);
            return out;
        }
        out.add(Math.min(value - 1, highest), below);
        if (value <= highest) {
            out.add(value, equal);
        }
        out.add(highest, above);
        return out;
    }

    /** Is an address below (-1), above (1) or among those IPv4 addresses are mapped to (0)? */
    private static int mappedOrder(Number128 value) {
        return Number128.compareUnsigned(value, Number128.ipv4(0)) < 0 ? -1 : Number128.compareUnsigned(value, Number128.ipv4(-1)) > 0 ? 1 : 0;
    }

    private Pieces followed(Pieces own, Load load) {
        Pieces out = new Pieces();
        for (int i = 0; i < own.count(); i++) {
            int target = own.target(i);
            if (target >= 0 && target < loads.length && load.equals(loads[target])) {
                out.addPart(pieces[target], own.end(i));
            } else {
                out.add(own.end(i), target);
            }
        }
        return out;
    }

    private Specialised write() {
        boolean[] reached = new boolean[resolved.length];
        reach(resolved[0], reached);
        for (int i = 0; i < resolved.length; i++) {
            for (int k = 0; reached[i] && k < tested[i].count(); k++) {
                reach(tested[i].target(k), reached);
            }
        }
        Specialised out = new Specialised(facts, resolved.length);
        for (int i = resolved.length - 1; i >= 0; i--) {
            if (reached[i]) {
                write(out, i);
            }
        }
        out.beginAt(resolved[0]);
        return out;
    }

    private static void reach(int target, boolean[] reached) {
        if (target >= 0 && target < reached.length) {
            reached[target] = true;
        }
    }

    private void write(Specialised out, int test) {
        Pieces split = tested[test];
        int last = split.count() - 1;
        // the chosen pieces are every second one; from the first if that leaves out the longer end
        int first = last % 2 == 1 && split.end(last) - split.end(last - 1) > split.end(0) + 1 ? 0 : 1;
        int lastChosen = (last - first) / 2 * 2 + first;
        out.put(test, loads[test], split, first, lastChosen);
    }
}
