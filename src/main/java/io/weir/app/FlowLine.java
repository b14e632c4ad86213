package io.weir.app;

import io.weir.process.Owner;
import io.weir.stage.FlowReport;
import io.weir.stage.Outcome;
import java.util.Locale;

/** A flow as one line of the log. The first word is what became of it; scripts may count on the order of the parts. */
public final class FlowLine {

    private FlowLine() {
    }

    /** {@code proxied tcp curl[812] 10.0.0.5:40112 -> 203.0.113.7:443 by "browsers" (process is curl) through office}. */
    public static String opened(FlowReport flow) {
        StringBuilder line = who(word(flow), flow);
        if (flow.verdict() != null) {
            line.append(flow.verdict().rule().isEmpty() ? " by no rule" : " by \"" + flow.verdict().rule() + '"');
            if (!flow.verdict().why().isEmpty()) {
                line.append(" (").append(printable(flow.verdict().why())).append(')'); // it quotes the process
            }
        }
        if (flow.upstream() != null) {
            line.append(" through ").append(flow.upstream());
        }
        return how(line, flow);
    }

    /** {@code ended tcp curl[812] 10.0.0.5:40112 -> 203.0.113.7:443 up 78 B down 1.20 MB in 1.31 s: closed by both sides}. */
    public static String ended(FlowReport flow) {
        StringBuilder line = who("ended", flow);
        line.append(" up ").append(Amount.bytes(flow.bytesUp())).append(" down ").append(Amount.bytes(flow.bytesDown()));
        line.append(" in ").append(Amount.duration(flow.durationNs()));
        return how(line, flow);
    }

    /** What became of the flow: {@code proxied}, {@code direct}, or the outcome's own name. */
    public static String word(FlowReport flow) {
        if (flow.outcome() != Outcome.RELAYED) {
            return flow.outcome().name().toLowerCase(Locale.ROOT);
        }
        return flow.upstream() != null ? "proxied" : "direct";
    }

    private static StringBuilder who(String word, FlowReport flow) {
        StringBuilder line = new StringBuilder(160).append(word).append(' ').append(flow.protocol().name().toLowerCase(Locale.ROOT)).append(' ');
        return line.append(owner(flow.owner())).append(' ').append(flow.application()).append(" -> ").append(flow.destination());
    }

    /** {@code curl[812]}, {@code svchost.exe[640]/Dnscache}; {@code ?} when nobody was found, {@code -} when nobody was asked. */
    public static String owner(Owner owner) {
        if (owner == null) {
            return "-";
        }
        if (!owner.known()) {
            return "?";
        }
        String service = owner.service().isEmpty() ? "" : "/" + printable(owner.service());
        return printable(owner.name()) + "[" + owner.pid() + "]" + service;
    }

    private static String how(StringBuilder line, FlowReport flow) {
        return flow.how().isEmpty() ? line.toString() : line.append(": ").append(flow.how()).toString();
    }

    /** A process chooses its name: it must not forge lines or colour the terminal. */
    public static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c < 0x20 || c == 0x7f || c >= 0x80 && c < 0xa0 ? '?' : c);
        }
        return out.toString();
    }
}
