package io.weir.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.flow.FlowSettings;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerLookup;
import io.weir.process.OwnerQuery;
import io.weir.rules.RuleSet;
import io.weir.rules.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Real stages between hand-written neighbours; what they do to those is written down as lines, flows numbered f1, f2 … as they appear. */
final class Workshop implements OwnerLookup, RelayPort, FlowLog {
    static final List<Endpoint> LOOPBACK = List.of(Endpoint.parse("127.0.0.1:7001"), Endpoint.parse("127.0.0.1:7002"), Endpoint.parse("[::1]:7001"));
    static final List<Endpoint> WILDCARD = List.of(Endpoint.parse("0.0.0.0:7001"), Endpoint.parse("0.0.0.0:7002"), Endpoint.parse("[::]:7001"));

    final List<String> lines = new ArrayList<>();
    final RecordingEngine engine = new RecordingEngine(lines::add);
    final Counters counters = new Counters();
    final Map<Endpoint, Owner> knownOwners = new HashMap<>();
    final Map<Long, OwnerQuery> asked = new HashMap<>();
    final LoopGuard guard;
    final Stages stages;
    /** Flows the relay has an order or a session of. */
    final Set<Long> ordered = new HashSet<>();
    private final Set<Long> over = new HashSet<>();
    final Map<Long, Outcome> openedFlows = new HashMap<>();
    final Set<Long> endedFlows = new HashSet<>();
    boolean relayIsFull;
    boolean lookupIsFull;
    /** Slots decide may be ahead of rewrite and inject. */
    int lead;
    private final ArrayDeque<Slot> decided = new ArrayDeque<>();
    private final Map<Long, String> names = new HashMap<>();
    private final List<Long> ids = new ArrayList<>();

    Workshop(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect) {
        this(settings, flowSettings, rules, redirect, new ExemptPorts(1), PortSet.NONE, 0);
    }

    Workshop(StageSettings settings, FlowSettings flowSettings, RuleSet rules, Redirect redirect, ExemptPorts exempt, PortSet ownPorts, long ownPid) {
        guard = new LoopGuard(exempt, ownPorts, ownPid, 0, counters, () -> lines.add("stranger of an exempt image"));
        stages = new Stages(settings, flowSettings, rules, redirect, this, (query, owner) -> { }, this, this, engine, guard, counters, 42);
    }

    static Redirect loopback() {
        return new Redirect(RedirectShape.LOOPBACK, LOOPBACK, 1);
    }

    static Redirect reflect() {
        return new Redirect(RedirectShape.REFLECT, WILDCARD, 1);
    }

    void packets(long nowNs, List<byte[]> packets, List<Integer> flags) {
        Slot slot = new Slot();
        slot.packets(RecordingEngine.batch(packets, flags, nowNs), nowNs);
        run(slot);
    }

    void control(long nowNs, ControlEvent event) {
        if (event instanceof ControlEvent.DialFailed failed) {
            over(failed.flowId());
        } else if (event instanceof ControlEvent.SessionEnded ended) {
            over(ended.flowId());
        }
        Slot slot = new Slot();
        slot.control(event, nowNs);
        run(slot);
    }

    void tick(long nowNs) {
        Slot slot = new Slot();
        slot.tick(nowNs);
        run(slot);
    }

    private void run(Slot slot) {
        stages.decode(slot);
        stages.decide(slot);
        decided.add(slot);
        while (decided.size() > lead) {
            Slot next = decided.poll();
            stages.rewrite(next);
            stages.inject(next);
            next.clear();
        }
    }

    /** The relay forgets the flow; a cancel may cross its message. */
    private void over(long flowId) {
        if (ordered.remove(flowId)) {
            over.add(flowId);
        }
    }

    private String name(long flowId) {
        return names.computeIfAbsent(flowId, id -> {
            ids.add(id);
            return "f" + ids.size();
        });
    }

    /** Ids of all flows that have a name. */
    List<Long> ids() {
        return ids;
    }

    /** The flow of a name like f1. */
    long id(String name) {
        return ids.get(Integer.parseInt(name.substring(1)) - 1);
    }

    @Override
    public Owner find(Protocol protocol, long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort,
                      long beginning) {
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
        if (!relayIsFull) {
            ordered.add(flowId);
        }
        return !relayIsFull;
    }

    @Override
    public void cancel(long flowId) {
        lines.add("cancel   " + name(flowId));
        assertTrue(ordered.remove(flowId) || over.contains(flowId), "the relay never had anything of " + name(flowId) + " to cancel");
    }

    @Override
    public void opened(FlowReport flow) {
        lines.add("opened   " + text(flow));
        assertNull(openedFlows.put(flow.flowId(), flow.outcome()), "opened twice: " + flow);
    }

    @Override
    public void ended(FlowReport flow) {
        assertEquals(Outcome.RELAYED, openedFlows.get(flow.flowId()), "ended, but not opened as relayed: " + flow);
        assertTrue(endedFlows.add(flow.flowId()), "ended twice: " + flow);
        lines.add("ended    " + text(flow) + ", " + flow.bytesUp() + " bytes up, " + flow.bytesDown() + " down, after "
                + flow.durationNs() / 1_000_000 + " ms");
    }

    String text(FlowReport flow) {
        String owner = flow.owner() == null ? "somebody" : flow.owner().known() ? flow.owner().name() : "nobody";
        Verdict judged = flow.verdict();
        String verdict = judged == null ? "not judged"
                : judged.action() + (judged.ruleIndex() < 0 ? "" : " by \"" + judged.rule() + "\"") + " (" + judged.why() + ")";
        return name(flow.flowId()) + " " + flow.protocol().name().toLowerCase(Locale.ROOT) + " " + flow.application() + " > " + flow.destination()
                + " of " + owner + ": " + flow.outcome().name().toLowerCase(Locale.ROOT)
                + (flow.upstream() == null ? "" : " via " + flow.upstream()) + ", " + verdict + (flow.how().isEmpty() ? "" : "; " + flow.how());
    }

    @Override
    public void close() {
        // holds nothing
    }
}
