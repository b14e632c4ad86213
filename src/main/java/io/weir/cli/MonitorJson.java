package io.weir.cli;

import io.weir.app.FlowLine;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.stage.FlowReport;
import java.time.Instant;
import java.util.Locale;

/** One object a line: flows as they come, then the counts. Fields are only ever added. */
final class MonitorJson implements MonitorReport {
    private final Console console;
    private final MonitorTally tally = new MonitorTally();

    MonitorJson(Console console) {
        this.console = console;
    }

    @Override
    public void flow(FlowReport flow) {
        tally.add(flow);
        boolean known = flow.owner() != null && flow.owner().known();
        Instant time = Instant.now().minusNanos(Math.max(0, System.nanoTime() - flow.openedNs()));
        JsonText json = new JsonText().open('{').name("time").text(time.toString());
        json.name("protocol").text(flow.protocol().name().toLowerCase(Locale.ROOT));
        json.name("application").text(flow.application().toString()).name("destination").text(flow.destination().toString());
        json.name("owner").text(known ? flow.owner().name() : null).name("pid").number(known ? flow.owner().pid() : 0);
        json.name("path").text(known ? flow.owner().path() : null).name("outcome").text(FlowLine.word(flow));
        json.name("rule").text(flow.verdict() == null || flow.verdict().ruleIndex() < 0 ? null : flow.verdict().rule());
        json.name("why").text(flow.verdict() == null ? null : flow.verdict().why());
        json.name("upstream").text(flow.upstream()).name("how").text(flow.how()).close('}');
        print(json);
    }

    @Override
    public void end(long durationNs, Counters counters) {
        JsonText json = new JsonText().open('{').name("connections").number(tally.total()).name("durationNs").number(durationNs);
        json.name("outcomes").open('{');
        tally.outcomes().forEach((outcome, count) -> json.name(outcome).number(count));
        json.close('}').name("counters").open('{');
        for (Counter counter : Counter.values()) {
            json.name(counter.label()).number(counters.get(counter));
        }
        print(json.close('}').close('}'));
    }

    private void print(JsonText json) {
        console.out().println(json);
        console.out().flush();
    }
}
