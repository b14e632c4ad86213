package io.weir.cli;

import io.weir.app.FlowLine;
import io.weir.app.Rehearsal;
import io.weir.capture.ReplayedPacket;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.stage.FlowReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows a rehearsal: a line for each flow, for people or as JSON. */
final class ReplayTable {
    private static final List<String> HEAD = List.of("time", "owner", "protocol", "from", "to", "outcome", "rule", "why");

    private long firstNs = Long.MAX_VALUE;
    private long packets;
    private long ownPackets;

    /** Hears of every packet that was given back. */
    void packet(ReplayedPacket packet) {
        firstNs = Math.min(firstNs, packet.timeNs());
        if (packet.number() == 0) {
            ownPackets++;
        } else {
            packets++;
        }
    }

    void print(Console console, Rehearsal.Result result) {
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        result.flows().forEach(flow -> rows.add(row(flow)));
        int[] width = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < width.length - 1; column++) {
                width[column] = Math.max(width[column], row.get(column).length());
            }
        }
        PrintWriter out = console.out();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < width.length; column++) {
                line.append(row.get(column));
                line.append(column == width.length - 1 ? "" : " ".repeat(width[column] - row.get(column).length() + 2));
            }
            out.println(row == rows.get(0) ? console.faint(line.toString()) : line.toString());
        }
        out.println(console.faint(result.flows().size() + " flows in " + packets + " packets; Weir would have sent " + ownPackets + " of its own"));
    }

    private List<String> row(FlowReport flow) {
        String rule = flow.verdict() == null || flow.verdict().ruleIndex() < 0 ? "-" : flow.verdict().rule();
        String why = flow.verdict() == null ? "" : flow.verdict().why();
        String protocol = flow.protocol().name().toLowerCase(Locale.ROOT);
        return List.of(String.format(Locale.ROOT, "%.3f", seconds(flow)), FlowLine.owner(flow.owner()), protocol, flow.application().toString(),
            flow.destination().toString(), outcome(flow), rule, flow.how().isEmpty() ? why : why + ": " + flow.how());
    }

    private static String outcome(FlowReport flow) {
        String word = FlowLine.word(flow);
        return flow.upstream() == null ? word : word + " through " + flow.upstream();
    }

    private double seconds(FlowReport flow) {
        return Math.max(0, flow.openedNs() - firstNs) / 1e9;
    }

    String json(Rehearsal.Result result) {
        JsonText json = new JsonText().open('{').name("flows").open('[');
        for (FlowReport flow : result.flows()) {
            json.open('{').name("timeNs").number(flow.openedNs()).name("protocol").text(flow.protocol().name().toLowerCase(Locale.ROOT));
            json.name("application").text(flow.application().toString()).name("destination").text(flow.destination().toString());
            json.name("owner").text(flow.owner() == null || !flow.owner().known() ? null : flow.owner().name());
            json.name("pid").number(flow.owner() == null ? 0 : flow.owner().pid());
            json.name("outcome").text(FlowLine.word(flow));
            json.name("rule").text(flow.verdict() == null || flow.verdict().ruleIndex() < 0 ? null : flow.verdict().rule());
            json.name("why").text(flow.verdict() == null ? null : flow.verdict().why());
            json.name("upstream").text(flow.upstream()).name("how").text(flow.how()).close('}');
        }
        json.close(']').name("counters").open('{');
        for (Counter counter : Counter.values()) {
            json.name(counter.label()).number(result.counters().get(counter));
        }
        json.close('}').name("drops").open('{');
        for (DropReason reason : DropReason.values()) {
            json.name(reason.label()).number(result.counters().get(reason));
        }
        return json.close('}').close('}').toString();
    }
}
