package io.weir.stage;

import io.weir.engine.PacketBatch;
import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.rules.RuleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Real stages between hand-written neighbours; what they do to those is written down as lines, flows numbered f1, f2 … as they appear. */
final class Workshop implements OwnerLookup, RelayPort, FlowLog {
    static final List<Endpoint> LOOPBACK = List.of(Endpoint.parse("127.0.0.1:7001"), Endpoint.parse("127.0.0.1:7002"), Endpoint.parse("[::1]:7001"));
    static final List<Endpoint> WILDCARD = List.of(Endpoint.parse("0.0.0.0:7001"), Endpoint.parse("0.0.0.0:7002"), Endpoint.parse("[::]:7001"));

    final List<String> lines = new ArrayList<>();
    final RecordingEngine engine = new RecordingEngine(lines::add);
    final Counters counters = new Counters();
    final Map<Endpoint, Owner> knownOwners = new HashMap<>();
    final Map<Long, OwnerQuery> asked = new HashMap<>();
    final Stages stages;
    boolean relayIsFull;
    boolean lookupIsFull;
    private final Slot slot = new Slot();
    private final Map<Long, String> names = new HashMap<>();
    private final List<Long> ids = new ArrayList<>();

    Workshop(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect) {
        stages = new Stages(settings, flowSettings, rules, redirect, this, (query, owner) -> { }, this, this, engine, counters, 42);
    }

    static Redirect loopback() {
        return new Redirect(RedirectShape.LOOPBACK, LOOPBACK, 1);
    }

    static Redirect reflect() {
        return new Redirect(RedirectShape.REFLECT, WILDCARD, 1);
    }

    void packets(long nowNs, List<byte[]> packets, List<Integer> flags) {
        PacketBatch batch = RecordingEngine.batch(packets, flags, nowNs);
        slot.packets(batch, nowNs);
        run();
    }

    void control(long nowNs, ControlEvent event) {
        slot.control(event, nowNs);
        run();
    }

    void tick(long nowNs) {
        slot.tick(nowNs);
        run();
    }

    private void run() {
        stages.decode(slot);
        stages.decide(slot);
        stages.rewrite(slot);
        stages.inject(slot);
        slot.clear();
    }

    private String name(long flowId) {
        return names.computeIfAbsent(flowId, id -> {
            ids.add(id);
            return "f" + ids.size();
        });
    }

    /** The flow of a name like f1. */
    long id(String name) {
        return ids.get(Integer.parseInt(name.substring(1)) - 1);
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        return knownOwners.get(Endpoint.of(localHigh, localLow, localPort));
    }

    @Override
    public boolean ask(OwnerQuery query, Answers answers) {
        if (!lookupIsFull) {
            asked.put(query.id(), query);
        }
        lines.add("ask      " + name(query.id()) + " " + query.local() + " > " + query.remote() + (lookupIsFull ? ": full" : ""));
        return !lookupIsFull;
    }

    @Override
    public boolean dial(long flowId, Endpoint application, Endpoint destination, String upstream, Endpoint peer, Endpoint local) {
        lines.add("dial     " + name(flowId) + " " + application + " > " + destination + (upstream == null ? " directly" : " via " + upstream)
                + ", to come as " + peer + " > " + local + (relayIsFull ? ": full" : ""));
        return !relayIsFull;
    }

    @Override
    public void cancel(long flowId) {
        lines.add("cancel   " + name(flowId));
    }

    @Override
    public void opened(FlowReport flow) {
        lines.add("opened   " + text(flow));
    }

    @Override
    public void ended(FlowReport flow) {
        lines.add("ended    " + text(flow) + ", " + flow.bytesUp() + " bytes up, " + flow.bytesDown() + " down, after " + flow.durationNs() / 1_000_000 + " ms");
    }

    String text(FlowReport flow) {
        String owner = flow.owner() == null ? "somebody" : flow.owner().known() ? flow.owner().name() : "nobody";
        String verdict = flow.verdict() == null ? "not judged"
                : flow.verdict().action() + (flow.verdict().ruleIndex() < 0 ? "" : " by \"" + flow.verdict().rule() + "\"") + " (" + flow.verdict().why() + ")";
        return name(flow.flowId()) + " " + flow.protocol().name().toLowerCase(java.util.Locale.ROOT) + " " + flow.application() + " > " + flow.destination()
                + " of " + owner + ": " + flow.outcome().name().toLowerCase(java.util.Locale.ROOT)
                + (flow.upstream() == null ? "" : " via " + flow.upstream()) + ", " + verdict + (flow.how().isEmpty() ? "" : "; " + flow.how());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
