package io.weir.rules;

/** What a rule does with a flow. {@code upstream} is the name after {@code proxy:}, null for every other kind. */
public record Action(Kind kind, String upstream) {
    public enum Kind {
        /** Leave the packets alone. */
        PASS,
        /** The relay dials the original destination. */
        DIRECT,
        /** The relay dials through an upstream. */
        PROXY,
        /** Refused at once: RST or ICMP. */
        BLOCK,
        /** Silence. */
        DROP
    }

    public static final Action PASS = new Action(Kind.PASS, null);
    public static final Action DIRECT = new Action(Kind.DIRECT, null);
    public static final Action BLOCK = new Action(Kind.BLOCK, null);
    public static final Action DROP = new Action(Kind.DROP, null);

    public static Action proxy(String upstream) {
        return new Action(Kind.PROXY, upstream);
    }

    /** Whether the relay carries such a flow. */
    public boolean relayed() {
        return kind == Kind.DIRECT || kind == Kind.PROXY;
    }

    @Override
    public String toString() {
        return kind == Kind.PROXY ? "proxy:" + upstream : kind.name().toLowerCase(java.util.Locale.ROOT);
    }
}
