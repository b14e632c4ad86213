package io.weir.filter;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A compiled divert filter: what WinDivert 2.2.2 makes of the same text at the same layer. Immutable. */
public final class Filter {
    private final Layer layer;
    private final List<Instruction> program;
    private final Expression expression;

    private Filter(Layer layer, List<Instruction> program, Expression expression) {
        this.layer = layer;
        this.program = List.copyOf(program);
        this.expression = expression;
    }

    /**
     * Compiles filter text, or reads a compiled object if it begins with {@code @}.
     *
     * @throws FilterException with WinDivert's error code and byte offset; inputs that crash the DLL are parse errors here
     */
    public static Filter compile(String text, Layer layer) throws FilterException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && bytes[0] == '@') {
            return new Filter(layer, ObjectText.read(bytes), null);
        }
        Expression expression = new Parser(Lexer.tokens(bytes, layer)).parse();
        return new Filter(layer, Compiler.compile(expression), expression);
    }

    /** A filter that matches what either matches. @throws FilterException TOO_LONG when the two have too many tests together */
    public Filter or(Filter other) throws FilterException {
        Expression either = new Expression.Or(expression, other.expression);
        return new Filter(layer, Compiler.compile(either), either);
    }

    /** What of this filter can be asked of every packet of a flow it chooses by the first; each packet of such a flow matches. */
    Filter flowConstant() throws FilterException {
        Expression constant = FlowConstant.of(expression);
        return new Filter(layer, Compiler.compile(constant), constant);
    }

    /** Was it given as a compiled object? Then {@link #or} cannot be used. */
    public boolean isObject() {
        return expression == null;
    }

    public Layer layer() {
        return layer;
    }

    /** The compiled object, {@code @WinDiv_…}, as WinDivertOpen takes it. */
    public String object() {
        return ObjectText.write(program);
    }

    /** WinDivert's normal form; null for the rare filter that has none of bounded size. */
    public String formatted() {
        return Formatter.format(program, layer);
    }

    /** Tests used; the driver takes 255. */
    public int tests() {
        return program.size();
    }

    List<Instruction> program() {
        return program;
    }

    /** The parsed text; null if the filter came as a compiled object. */
    Expression expression() {
        return expression;
    }
}
