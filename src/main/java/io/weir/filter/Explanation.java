package io.weir.filter;

import java.util.ArrayList;
import java.util.List;

/** A compiled filter laid open: in English, and as the table of its decisions. */
public final class Explanation {
    private final Filter filter;

    public Explanation(Filter filter) {
        this.filter = filter;
    }

    /** One sentence. */
    public String english() {
        Expression expression = filter.expression();
        if (expression == null) { // it came as an object; its normal form has an expression
            try {
                String formatted = filter.formatted();
                expression = formatted == null ? null : Filter.compile(formatted, filter.layer()).expression();
            } catch (FilterException e) {
                expression = null;
            }
        }
        if (expression == null) {
            return "a compiled object that has no short form";
        }
        String phrase = English.of(expression);
        return Character.toUpperCase(phrase.charAt(0)) + phrase.substring(1) + ".";
    }

    /** One line a test, aligned: its number, what it asks, and where yes and no lead. */
    public List<String> table() {
        List<Instruction> program = filter.program();
        List<String> questions = new ArrayList<>();
        int widest = 0;
        for (Instruction test : program) {
            String question = Formatter.test(test, filter.layer());
            questions.add(question);
            widest = Math.max(widest, question.length());
        }
        int digits = Integer.toString(program.size() - 1).length();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < program.size(); i++) {
            Instruction test = program.get(i);
            String number = " ".repeat(digits - Integer.toString(i).length()) + i;
            String question = questions.get(i) + " ".repeat(widest - questions.get(i).length());
            String yes = target(test.success());
            lines.add(number + "  " + question + "   yes: " + yes + " ".repeat(Math.max(0, 6 - yes.length())) + "   no: " + target(test.failure()));
        }
        return lines;
    }

    private static String target(int label) {
        return label == Instruction.ACCEPT ? "match" : label == Instruction.REJECT ? "-" : Integer.toString(label);
    }
}
