package io.weir.config;

import io.weir.filter.CaptureSettings;
import io.weir.flow.FlowSettings;
import io.weir.pipeline.PipelineSettings;
import io.weir.relay.RelaySettings;
import io.weir.rules.RuleSet;
import io.weir.stage.StageSettings;
import java.util.List;
import java.util.Map;

/** Makes the settings records of the tables' values. */
final class SettingsAssembly {
    private static final long MS = 1_000_000L;
    private static final int FAMILIES = 2;
    /** The relay's own deadline comes first, since it knows which step took too long. */
    private static final long DIAL_GRACE_NS = 500 * MS;

    private final Map<Table, List<Values>> tables;
    private final Reading reading;

    SettingsAssembly(Map<Table, List<Values>> tables, Reading reading) {
        this.tables = tables;
        this.reading = reading;
    }

    /** Null when something was reported. */
    Settings settings() {
        UpstreamAssembly upstreams = new UpstreamAssembly(reading);
        tables.get(Keys.UPSTREAM).forEach(upstreams::add);
        RuleAssembly rules = new RuleAssembly(reading, upstreams.names(), new ProgramLinks(reading.environment().get("PATH")));
        for (int i = 0; i < tables.get(Keys.RULE).size(); i++) {
            rules.add(tables.get(Keys.RULE).get(i), i + 1);
        }
        CaptureSettings capture = capture();
        RuleSet set = rules.finish(capture);
        checkRelayPorts();
        checkTimeouts();
        return reading.errorCount() > 0 ? null
            : new Settings(upstreams.upstreams(), set, capture, redirect(), stage(), flow(), relay(), pipeline(), log(), linux(), windows());
    }

    /** What becomes of connections without an owner is decided by a default only where nobody was asked. */
    List<String> notes(Settings settings) {
        int index = settings.rules().firstThatNeedsOwner();
        if (index < 0 || one(Keys.OWNER).has(Keys.OWNER_UNKNOWN)) {
            return List.of();
        }
        String name = settings.rules().rules().get(index).name();
        String rule = "rule " + (index + 1) + (name.isEmpty() ? "" : " \"" + name + "\"");
        return List.of(rule + " depends on who owns a connection; one whose owner is not found in time passes. In the table [owner],"
            + " unknown = \"block\" refuses it instead; unknown = \"pass\" says that it shall pass, and ends this note");
    }

    private Values one(Table table) {
        return tables.get(table).get(0);
    }

    private void checkRelayPorts() {
        Values values = one(Keys.REDIRECT);
        int first = values.get(Keys.RELAY_PORT);
        for (int port = first; first > 0 && port < first + FAMILIES * values.get(Keys.LISTENERS); port++) {
            if (values.get(Keys.NAT_PORTS).contains(port)) {
                reading.error(values.node(Keys.RELAY_PORT), "port " + port + ", where the relay would listen, is one of nat-ports",
                    "choose a port outside " + values.get(Keys.NAT_PORTS));
                return;
            }
        }
    }

    private void checkTimeouts() {
        Values values = one(Keys.RELAY);
        if (values.has(Keys.STEP_TIMEOUT) && values.get(Keys.STEP_TIMEOUT) > values.get(Keys.DIAL_TIMEOUT)) {
            reading.warning(values.node(Keys.STEP_TIMEOUT), "is never reached: dial-timeout comes first", "choose at most "
                + Durations.print(values.get(Keys.DIAL_TIMEOUT)));
        }
    }

    private CaptureSettings capture() {
        Values values = one(Keys.CAPTURE);
        return new CaptureSettings(values.get(Keys.LAN), values.get(Keys.IMPOSTOR), values.get(Keys.EXCLUDE).addresses(),
            one(Keys.ROOT).get(Keys.ON_OVERLOAD));
    }

    private RedirectSettings redirect() {
        Values values = one(Keys.REDIRECT);
        return new RedirectSettings(values.get(Keys.MODE).orElse(null), values.get(Keys.LISTENERS), values.get(Keys.RELAY_PORT));
    }

    private StageSettings stage() {
        Values values = one(Keys.OWNER);
        CaptureFilter filter = one(Keys.CAPTURE).get(Keys.FILTER);
        return new StageSettings(values.get(Keys.OWNER_TIMEOUT), values.get(Keys.OWNER_UNKNOWN), values.get(Keys.OWNER_FOR_LOG),
            StageSettings.DEFAULT.refuseByResetOnly(), filter == null ? null : filter.filter());
    }

    private FlowSettings flow() {
        Values flow = one(Keys.FLOW);
        Values redirect = one(Keys.REDIRECT);
        Values relay = one(Keys.RELAY);
        return new FlowSettings(flow.get(Keys.MAXIMUM_FLOWS), flow.get(Keys.PARKED_SYNS), flow.get(Keys.PARKED_DATAGRAMS),
            flow.get(Keys.PARKED_PER_FLOW), redirect.get(Keys.NAT_PORTS), redirect.get(Keys.NAT_ADDRESSES), redirect.get(Keys.PORT_REST),
            flow.get(Keys.FINISHED), flow.get(Keys.RESET), flow.get(Keys.IDLE), relay.get(Keys.DIAL_TIMEOUT) + DIAL_GRACE_NS,
            relay.get(Keys.ACCEPT_TIMEOUT), flow.get(Keys.REFUSED_MEMORY), flow.get(Keys.DROPPED_MEMORY), flow.get(Keys.UDP_IDLE));
    }

    private RelaySettings relay() {
        Values values = one(Keys.RELAY);
        return new RelaySettings(RelaySettings.DEFAULT.listen(), values.get(Keys.EVENT_LOOPS), RelaySettings.DEFAULT.socketMark(),
            milliseconds(values, Keys.DIAL_TIMEOUT), milliseconds(values, Keys.STEP_TIMEOUT), milliseconds(values, Keys.ACCEPT_TIMEOUT),
            values.get(Keys.MAXIMUM_DIALS), values.get(Keys.SPLICE_AFTER_BYTES));
    }

    private static int milliseconds(Values values, Key<Long> key) {
        return (int) (values.get(key) / MS);
    }

    private PipelineSettings pipeline() {
        Values values = one(Keys.PIPELINE);
        return new PipelineSettings(values.get(Keys.THREADS), values.get(Keys.BATCHES), values.get(Keys.RING_SLOTS));
    }

    private LogSettings log() {
        Values values = one(Keys.LOG);
        return new LogSettings(values.get(Keys.LEVEL), values.get(Keys.FILE), values.get(Keys.LINES_PER_SECOND));
    }

    private LinuxSettings linux() {
        Values values = one(Keys.LINUX);
        return new LinuxSettings(values.get(Keys.QUEUE), values.get(Keys.STATE_DIRECTORY));
    }

    private WindowsSettings windows() {
        Values values = one(Keys.WINDOWS);
        return new WindowsSettings(values.get(Keys.PRIORITY), values.get(Keys.DRIVER_FOLDER));
    }
}
