package io.weir.filter;

import java.util.List;

/**
 * Turns a compiled filter back into an expression with WinDivert's own simplifications, in its order, so that the printed normal form is the same:
 * from the last test to the first, neighbours with shared exits become and, or and choices; what remains becomes choices.
 */
final class Decompiler {
    /** An expression with its exits; {@code uses} counts the jumps to it. */
    private static final class Node {
        final Shape shape;
        final int success;
        final int failure;
        int uses;

        Node(Shape shape, int success, int failure, int uses) {
            this.shape = shape;
            this.success = success;
            this.failure = failure;
            this.uses = uses;
        }
    }

    /** What an expression prints as. */
    sealed interface Shape {
    }

    record Leaf(Instruction test) implements Shape {
    }

    record Constant(boolean truth) implements Shape {
    }

    record Pair(boolean and, Shape left, Shape right) implements Shape {
    }

    record Ternary(Shape condition, Shape yes, Shape no) implements Shape {
    }

    private static final Shape TRUE = new Constant(true);
    private static final Shape FALSE = new Constant(false);
    /** Choices built for what cannot be untangled; the DLL runs out of its heap at about this size. */
    private static final int MAX_CHOICES = 2000;

    private final Node[] nodes;
    private int choices;

    private Decompiler(List<Instruction> program) {
        nodes = new Node[program.size()];
        for (int i = 0; i < nodes.length; i++) {
            Instruction test = program.get(i);
            nodes[i] = new Node(new Leaf(test), test.success(), test.failure(), i == 0 ? 1 : 0);
        }
        for (Instruction test : program) {
            use(test.success(), 1);
            use(test.failure(), 1);
        }
    }

    /** @return null when the filter cannot be written down within bounds */
    static Shape decompile(List<Instruction> program) {
        Decompiler decompiler = new Decompiler(program);
        for (int i = program.size() - 1; i >= 0; i--) {
            decompiler.coalesce(i);
        }
        return decompiler.rest(0);
    }

    private void use(int label, int amount) {
        if (label < Instruction.ACCEPT) {
            nodes[label].uses += amount;
            if (amount < 0 && nodes[label].uses == 0) {
                nodes[label] = null;
            }
        }
    }

    private Node single(int label) {
        return label < Instruction.ACCEPT && nodes[label] != null && nodes[label].uses == 1 ? nodes[label] : null;
    }

    private void coalesce(int index) {
        Node node = nodes[index];
        while (node != null && node.uses > 0) {
            Node simpler = simplify(node);
            if (simpler == null) {
                nodes[index] = node;
                return;
            }
            node = simpler;
        }
    }

    private Node simplify(Node node) {
        Node yes = single(node.success);
        if (yes != null) {
            if (yes.failure == node.failure) {
                return merged(node, new Pair(true, node.shape, yes.shape), yes);
            }
            if (yes.success == node.failure) {
                return merged(node, new Ternary(node.shape, yes.shape, TRUE), yes);
            }
        }
        Node no = single(node.failure);
        if (no != null) {
            if (no.success == node.success) {
                return merged(node, new Pair(false, node.shape, no.shape), no);
            }
            if (no.failure == node.success) {
                return merged(node, new Ternary(node.shape, FALSE, no.shape), no);
            }
        }
        if (yes == null || no == null || yes.success != no.success || yes.failure != no.failure) {
            return null;
        }
        Node both = merged(node, new Ternary(node.shape, yes.shape, no.shape), yes);
        use(both.success, -1);
        use(both.failure, -1);
        return both;
    }

    private Node merged(Node node, Shape shape, Node exits) {
        use(node.success, -1);
        use(node.failure, -1);
        return new Node(shape, exits.success, exits.failure, node.uses);
    }

    private Shape rest(int label) {
        if (label >= Instruction.ACCEPT) {
            return label == Instruction.ACCEPT ? TRUE : FALSE;
        }
        Node node = nodes[label];
        if (node == null || ++choices > MAX_CHOICES) {
            return null;
        }
        if (node.success == node.failure) {
            return rest(node.success);
        }
        Shape yes = rest(node.success);
        Shape no = yes == null ? null : rest(node.failure);
        if (no == null) {
            return null;
        }
        return yes.equals(TRUE) && no.equals(FALSE) ? node.shape : new Ternary(node.shape, yes, no);
    }
}
