package io.weir.filter;

import io.weir.filter.Expression.And;
import io.weir.filter.Expression.Choice;
import io.weir.filter.Expression.Or;
import io.weir.filter.Expression.Test;
import java.util.ArrayList;
import java.util.List;

/** Says in English what a filter matches: "outbound TCP packets to port 80 or 443, but not packets to 10.0.0.0/8". */
final class English {

    private English() {
    }

    static String of(Expression expression) {
        return phrase(expression);
    }

    private static String phrase(Expression expression) {
        if (expression instanceof Or) {
            return anyOf(parts(expression, true));
        }
        if (expression instanceof Choice choice) {
            return choice(choice);
        }
        return allOf(parts(expression, false));
    }

    /** The operands of a chain of ors, or of ands. */
    private static List<Expression> parts(Expression expression, boolean ofOr) {
        List<Expression> out = new ArrayList<>();
        if (ofOr && expression instanceof Or or) {
            out.addAll(parts(or.left(), true));
            out.addAll(parts(or.right(), true));
        } else if (!ofOr && expression instanceof And and) {
            out.addAll(parts(and.left(), false));
            out.addAll(parts(and.right(), false));
        } else {
            out.add(expression);
        }
        return out;
    }

    private static String choice(Choice choice) {
        if (isConstant(choice.yes(), false)) {
            return isConstant(choice.no(), true) ? "everything except " + phrase(choice.condition())
                    : phrase(choice.no()) + ", but not " + phrase(choice.condition());
        }
        if (isConstant(choice.no(), false)) {
            return phrase(choice.condition()) + " that are " + phrase(choice.yes());
        }
        return "of " + phrase(choice.condition()) + ": " + phrase(choice.yes()) + "; of all others: " + phrase(choice.no());
    }

    private static boolean isConstant(Expression expression, boolean truth) {
        return expression instanceof Test test && test.subject().constant() && Folding.constantResult(test) == truth;
    }

    private static String anyOf(List<Expression> parts) {
        List<Test> same = Ranges.sameField(parts);
        if (same != null) {
            return "packets " + TestWords.either(same);
        }
        List<String> phrases = new ArrayList<>();
        parts.forEach(part -> phrases.add(phrase(part)));
        return String.join(", or ", phrases);
    }

    private static String allOf(List<Expression> parts) {
        List<String> adjectives = new ArrayList<>();
        List<String> qualities = new ArrayList<>();
        List<String> exceptions = new ArrayList<>();
        List<Test> tests = new ArrayList<>();
        for (Expression part : parts) {
            if (part instanceof Test test) {
                String adjective = TestWords.adjective(test);
                if (adjective == null) {
                    tests.add(test);
                } else if (!adjective.isEmpty() && !adjectives.contains(adjective)) {
                    adjectives.add(adjective);
                }
            } else if (part instanceof Choice choice && isConstant(choice.yes(), false) && isConstant(choice.no(), true)) {
                exceptions.add(phrase(choice.condition()));
            } else if (part instanceof Or && Ranges.sameField(parts(part, true)) != null) {
                qualities.add(TestWords.either(Ranges.sameField(parts(part, true))));
            } else {
                qualities.add("that are (" + phrase(part) + ")");
            }
        }
        for (Ranges range : Ranges.merge(tests)) {
            qualities.add(0, TestWords.within(range));
        }
        for (Ranges range : Ranges.merge(tests)) {
            String implied = range.field().header() == null ? null : TestWords.noun(range.field().header());
            if (implied != null && !adjectives.contains(implied)) {
                adjectives.add(implied);
            }
        }
        StringBuilder out = new StringBuilder(adjectives.isEmpty() && qualities.isEmpty() ? "all packets" : "");
        adjectives.forEach(adjective -> out.append(adjective).append(' '));
        if (!adjectives.isEmpty() || !qualities.isEmpty()) {
            out.append("packets");
        }
        qualities.forEach(quality -> out.append(' ').append(quality));
        exceptions.forEach(exception -> out.append(", but not ").append(exception));
        return out.toString();
    }
}
