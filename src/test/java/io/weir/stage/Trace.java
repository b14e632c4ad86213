package io.weir.stage;

import io.weir.flow.FlowSettings;
import io.weir.metrics.Counter;
import io.weir.metrics.DropReason;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.process.Owner;
import io.weir.process.OwnerQuery;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.PathStyle;
import io.weir.rules.ProcessPattern;
import io.weir.rules.Rule;
import io.weir.rules.RuleSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A recorded run as text. Lines at the margin are what happens, indented ones what the stages did about it; {@link #replay} gives the
 * same text with the indented lines as they come out now.
 *
 * <pre>
 * # a comment
 * given shape loopback | shape reflect | shape both | owner-unknown block | owner-timeout 200 | log-owners | reset-only | SETTING N
 * rule NAME ACTION [to PREFIX] [port PORTS] [process PATTERN] [protocol tcp] [on-failure direct]
 * given own-pid N | own-ports PORTS
 * exempt ENDPOINT > ENDPOINT tcp      a socket of ours is bound there and will connect to there
 * proxy ENDPOINT PROCESS              the upstream there is this program of this machine
 * known ENDPOINT PROCESS              the look-up answers for this local endpoint at once
 * @5 PACKET                           a batch received at 5 ms; see PacketText
 * +  PACKET                           one more packet of that batch
 * @5 closed tcp LOCAL REMOTE          the application closed its socket
 * @5 dialed f1 | failed f1 REFUSAL WHY | session f1 UP DOWN HOW | owner f1 PROCESS | tick | query | stop | reload
 * @5 relay full | lookup full | engine refuses
 * end                                 every deadline passes; then what is held and what was counted
 * </pre>
 */
final class Trace {
    private static final long MS = 1_000_000L;
    private final List<String> out = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<String[]> batch = new ArrayList<>();
    private long ownerTimeoutNs = 200 * MS;
    private OwnerUnknown ownerUnknown = OwnerUnknown.PASS;
    private final ExemptPorts exempt = new ExemptPorts(1);
    private final List<LocalProxy> proxies = new ArrayList<>();
    private PortSet ownPorts = PortSet.NONE;
    private long ownPid;
    private boolean logOwners;
    private boolean resetOnly;
    private FlowSettings flows = FlowSettings.DEFAULT;
    private Redirect redirect = Workshop.loopback();
    private Workshop workshop;
    private long nowNs;

    /** @return the text as it should read */
    static String replay(String text) {
        Trace trace = new Trace();
        for (String line : text.lines().toList()) {
            if (!line.startsWith("    ")) {
                trace.line(line);
            }
        }
        trace.flush();
        return String.join("\n", trace.out) + "\n";
    }

    private void line(String line) {
        String[] words = line.trim().split(" +");
        if (!line.startsWith("+")) {
            flush();
        }
        out.add(line);
        if (line.startsWith("+")) {
            batch.add(Arrays.copyOfRange(words, 1, words.length));
        } else if (line.startsWith("@")) {
            workshop();
            nowNs = Long.parseLong(words[0].substring(1)) * MS;
            happen(Arrays.copyOfRange(words, 1, words.length));
        } else if (line.startsWith("end")) {
            end();
        } else if (line.startsWith("rule ")) {
            rules.add(rule(words));
        } else if (line.startsWith("given ")) {
            given(words);
        } else if (line.startsWith("exempt ")) {
            exempt.enter(Protocol.valueOf(words[4].toUpperCase(Locale.ROOT)), Endpoint.parse(words[1]).port(), Endpoint.parse(words[3]));
        } else if (line.startsWith("proxy ")) {
            proxies.add(new LocalProxy(Endpoint.parse(words[1]), owner(words[2])));
            workshop().guard.exempt(proxies);
        } else if (line.startsWith("known ")) {
            workshop().knownOwners.put(Endpoint.parse(words[1]), owner(words[2]));
        } else if (!line.startsWith("#") && !line.isBlank()) {
            throw new IllegalArgumentException("not a line of a trace: " + line);
        }
        if (batch.isEmpty()) {
            drain();
        }
    }

    private Workshop workshop() {
        if (workshop == null) {
            StageSettings settings = new StageSettings(ownerTimeoutNs, ownerUnknown, logOwners, resetOnly);
            workshop = new Workshop(settings, flows, RuleSet.of(rules), redirect, exempt, ownPorts, ownPid);
        }
        return workshop;
    }

    /** Runs the batch that has been gathered. */
    private void flush() {
        if (!batch.isEmpty()) {
            List<byte[]> packets = new ArrayList<>();
            List<Integer> flags = new ArrayList<>();
            for (String[] words : batch) {
                packets.add(PacketText.bytes(words));
                flags.add(PacketText.captureFlags(words));
            }
            batch.clear();
            workshop().packets(nowNs, packets, flags);
            drain();
        }
    }

    private void drain() {
        if (workshop != null) {
            workshop.lines.forEach(line -> out.add("    " + line));
            workshop.lines.clear();
        }
    }

    private void happen(String[] words) {
        switch (words[0]) {
            case "dialed" -> workshop.control(nowNs, new ControlEvent.Dialed(workshop.id(words[1])));
            case "closed" -> workshop.control(nowNs, new ControlEvent.SocketClosed(Protocol.valueOf(words[1].toUpperCase(Locale.ROOT)),
                    Endpoint.parse(words[2]), Endpoint.parse(words[3]),
                    words.length > 4 ? Long.parseLong(words[4].substring("seq=".length())) : 1000));
            case "failed" -> workshop.control(nowNs, new ControlEvent.DialFailed(workshop.id(words[1]),
                    Refusal.valueOf(words[2].toUpperCase(Locale.ROOT).replace('-', '_')), rest(words, 3)));
            case "session" -> workshop.control(nowNs, new ControlEvent.SessionEnded(workshop.id(words[1]),
                    Long.parseLong(words[2]), Long.parseLong(words[3]), rest(words, 4)));
            case "owner" -> {
                OwnerQuery query = workshop.asked.get(workshop.id(words[1]));
                workshop.control(nowNs, new ControlEvent.OwnerFound(query, owner(words[2])));
            }
            case "tick" -> workshop.tick(nowNs);
            case "stop" -> workshop.control(nowNs, new ControlEvent.Stop());
            case "reload" -> workshop.control(nowNs, new ControlEvent.NewRules(RuleSet.of(List.of())));
            case "reflect" -> workshop.control(nowNs, new ControlEvent.NewRedirect(Workshop.reflect()));
            case "query" -> workshop.control(nowNs, new ControlEvent.Query(0, 100,
                    (slice, next) -> slice.forEach(flow -> workshop.lines.add("flow     " + workshop.text(flow)))));
            case "relay" -> workshop.relayIsFull = words[1].equals("full");
            case "lookup" -> workshop.lookupIsFull = words[1].equals("full");
            case "engine" -> workshop.engine.refuses = words[1].equals("refuses");
            default -> batch.add(words);
        }
    }

    private static String rest(String[] words, int from) {
        return String.join(" ", Arrays.copyOfRange(words, from, words.length));
    }

    private static Owner owner(String name) {
        return name.equals("nobody") ? Owner.UNKNOWN : new Owner(100 + name.length(), 1, "/usr/bin/" + name, name, "1000");
    }

    private void end() {
        for (int turn = 0; turn < 1000 && workshop().stages.held()[3] > 0; turn++) {
            nowNs += 60_000 * MS;
            workshop.tick(nowNs);
        }
        int[] held = workshop().stages.held();
        workshop.lines.add("held     flows " + held[0] + ", tuples " + held[1] + ", parked " + held[2] + ", timers " + held[3]);
        for (Counter counter : Counter.values()) {
            count(counter.label(), workshop.counters.get(counter));
        }
        for (DropReason reason : DropReason.values()) {
            count("drop " + reason.label(), workshop.counters.get(reason));
        }
    }

    private void count(String label, long value) {
        if (value != 0) {
            workshop.lines.add("count    " + label + " " + value);
        }
    }

    static Rule rule(String[] words) {
        List<Condition> parts = new ArrayList<>();
        OnFailure onFailure = OnFailure.BLOCK;
        for (int i = 3; i < words.length; i += 2) {
            String value = words[i + 1];
            switch (words[i]) {
                case "to" -> parts.add(Condition.Destination.parse(List.of(value)));
                case "port" -> parts.add(new Condition.Port(PortSet.parse(value)));
                case "process" -> parts.add(new Condition.Process(List.of(ProcessPattern.parse(value, PathStyle.UNIX))));
                case "protocol" -> parts.add(new Condition.Transport(Set.of(Protocol.valueOf(value.toUpperCase(Locale.ROOT)))));
                case "on-failure" -> onFailure = OnFailure.valueOf(value.toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("no such condition: " + words[i]);
            }
        }
        Action action = words[2].startsWith("proxy:") ? Action.proxy(words[2].substring(6))
                : new Action(Action.Kind.valueOf(words[2].toUpperCase(Locale.ROOT)), null);
        return new Rule(words[1], new Condition.All(parts), action, onFailure);
    }

    private void given(String[] words) {
        String value = words.length > 2 ? words[2] : "";
        switch (words[1]) {
            case "shape" -> redirect = switch (value) {
                case "loopback" -> Workshop.loopback();
                case "reflect" -> Workshop.reflect();
                default -> new Redirect(RedirectShape.LOOPBACK, concat(Workshop.LOOPBACK, Workshop.WILDCARD), 1);
            };
            case "owner-timeout" -> ownerTimeoutNs = Long.parseLong(value) * MS;
            case "owner-unknown" -> ownerUnknown = OwnerUnknown.valueOf(value.toUpperCase(Locale.ROOT));
            case "own-pid" -> ownPid = Long.parseLong(value);
            case "own-ports" -> ownPorts = PortSet.parse(value);
            case "log-owners" -> logOwners = true;
            case "reset-only" -> resetOnly = true;
            default -> flows = flowSettings(words[1], Integer.parseInt(value));
        }
    }

    private static List<Endpoint> concat(List<Endpoint> first, List<Endpoint> second) {
        List<Endpoint> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private FlowSettings flowSettings(String key, int value) {
        return new FlowSettings(key.equals("maximum-flows") ? value : flows.maximumFlows(),
                key.equals("parked-syns") ? value : flows.parkedSyns(),
                key.equals("parked-datagrams") ? value : flows.parkedDatagrams(),
                key.equals("parked-per-flow") ? value : flows.parkedPerFlow(),
                key.equals("nat-port") ? PortSet.parse(String.valueOf(value)) : flows.natPorts(),
                key.equals("nat-addresses") ? value : flows.natAddresses(),
                flows.portRestNs(), flows.finishedNs(), flows.resetNs(), flows.idleNs(), flows.dialNs(), flows.acceptNs(), flows.refusedMemoryNs(),
                flows.droppedMemoryNs(), flows.udpIdleNs());
    }
}
