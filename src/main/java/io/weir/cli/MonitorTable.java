package io.weir.cli;

import io.weir.app.Amount;
import io.weir.app.FlowLine;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.FlowReport;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A line for each flow as it comes, aligned; at the end how many there were. A column grows with what it has to hold, up to a limit. */
final class MonitorTable implements MonitorReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final List<String> HEAD = List.of("time", "owner", "protocol", "destination", "outcome", "rule", "why");
    private static final int OUTCOME = 4;
    private static final int WIDEST = 40;

    private final Console console;
    private final PrintWriter out;
    private final MonitorTally tally = new MonitorTally();
    private final int[] width = {12, 20, 8, 21, 22, 13, 0};

    MonitorTable(Console console) {
        this.console = console;
        out = console.out();
        out.println(console.faint(line(HEAD, "")));
        out.flush();
    }

    @Override
    public void flow(FlowReport flow) {
        tally.add(flow);
        String time = TIME.format(Instant.now().minusNanos(Math.max(0, System.nanoTime() - flow.openedNs())));
        out.println(line(List.of(time, FlowLine.owner(flow.owner()), flow.protocol().name().toLowerCase(Locale.ROOT), flow.destination().toString(),
            MonitorTally.outcome(flow), MonitorTally.rule(flow), MonitorTally.why(flow)), FlowLine.word(flow)));
        out.flush();
    }

    private String line(List<String> cells, String word) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            width[column] = Math.max(width[column], Math.min(WIDEST, cell.length()));
            line.append(column == OUTCOME ? paint(cell, word) : cell);
            if (column < cells.size() - 1) {
                line.append(" ".repeat(Math.max(0, width[column] - cell.length()) + 2));
            }
        }
        return line.toString().stripTrailing();
    }

    private String paint(String cell, String word) {
        return switch (word) {
            case "proxied", "direct" -> console.green(cell);
            case "blocked", "dropped", "failed" -> console.red(cell);
            case "passed" -> console.faint(cell);
            default -> cell;
        };
    }

    @Override
    public void end(long durationNs, Counters counters) {
        String outcomes = tally.outcomes().entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining(", "));
        out.println();
        out.println(console.bold(tally.total() + " connections in " + Amount.duration(durationNs)) + (outcomes.isEmpty() ? "" : ": " + outcomes));
        int ofOutcome = tally.groups().stream().mapToInt(group -> group.outcome().length()).max().orElse(0);
        int ofRule = tally.groups().stream().mapToInt(group -> group.rule().length()).max().orElse(0);
        for (MonitorTally.Group group : tally.groups()) {
            out.println(String.format(Locale.ROOT, "%7d  %-" + ofOutcome + "s  %-" + ofRule + "s  %s", group.count(), group.outcome(), group.rule(),
                console.faint(group.owners())));
        }
        long lost = counters.get(Counter.QUEUE_OVERRUNS) + counters.get(Counter.FLOW_LINES_LOST);
        if (lost > 0) {
            console.err().println("weir: packets came faster than they could be looked at; some connections are not listed");
        }
        out.flush();
    }
}
