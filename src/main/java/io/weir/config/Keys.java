package io.weir.config;

import io.weir.filter.CaptureSettings;
import io.weir.flow.FlowSettings;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import io.weir.pipeline.PipelineSettings;
import io.weir.pipeline.Threads;
import io.weir.relay.RelaySettings;
import io.weir.rules.Action;
import io.weir.rules.Condition;
import io.weir.rules.OnFailure;
import io.weir.rules.ProcessPattern;
import io.weir.stage.OwnerUnknown;
import io.weir.stage.RedirectShape;
import io.weir.stage.StageSettings;
import io.weir.upstream.UpstreamType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every key there is, declared once: reader, printer, documentation test and suggestions all go by these tables. */
final class Keys {
    private static final long MS = 1_000_000L;

    static final Key<Boolean> ON_OVERLOAD = Key.of("on-overload", Kinds.choice(words("block", false, "pass", true)), false,
        "what becomes of packets no rule has decided yet, and of redirected connections, when packets come faster than Weir handles them "
            + "(Linux; on Windows the driver drops them)");

    static final Key<String> UPSTREAM_NAME = Key.required("name", Kinds.NAME, "what rules call it, after `proxy:`");
    static final Key<UpstreamType> TYPE = Key.required("type", Kinds.choice(UpstreamType.class), "the protocol it speaks");
    static final Key<String> ADDRESS = Key.required("address", Kinds.TEXT,
        "where it listens: `10.1.2.3:1080`, `[2001:db8::1]:1080` or `proxy.example:1080`");
    static final Key<String> USERNAME = Key.optional("username", Kinds.TEXT, "the user name it asks for");
    static final Key<Secret> PASSWORD = Key.optional("password", Secret.KIND, "the password it asks for");

    static final Key<String> RULE_NAME = Key.optional("name", Kinds.NAME, "what logs call it; `rule N` by its place when absent");
    static final Key<List<ProcessPattern>> PROCESS = Key.optional("process", RuleKinds.PROCESSES,
        "the program that opened the connection is one of these");
    static final Key<List<Long>> PID = Key.optional("pid", RuleKinds.PROCESS_IDS, "its process id is one of these");
    static final Key<List<String>> USER = Key.optional("user", RuleKinds.USERS, "it runs as one of these users");
    static final Key<Condition.Destination> TO = Key.optional("to", RuleKinds.DESTINATIONS, "the destination address is one of these");
    static final Key<PortSet> PORT = Key.optional("port", RuleKinds.PORTS, "the destination port is one of these");
    static final Key<Set<Protocol>> PROTOCOL = Key.optional("protocol", RuleKinds.TRANSPORTS, "the protocol is one of these");
    static final Key<List<Condition>> ALL = Key.optional("all", Conditions.LIST, "every one of these tables holds");
    static final Key<List<Condition>> ANY = Key.optional("any", Conditions.LIST, "at least one of these tables holds");
    static final Key<List<Condition>> NONE = Key.optional("none", Conditions.LIST, "none of these tables holds");
    static final Key<Action> ACTION = Key.required("action", RuleKinds.ACTION, "what becomes of the connection");
    static final Key<OnFailure> ON_FAILURE = Key.of("on-failure", Kinds.choice(OnFailure.class), OnFailure.BLOCK,
        "what becomes of it when the upstream itself fails");

    static final Key<Long> OWNER_TIMEOUT = Key.of("timeout", Durations.between("0 ms", "10 s"), StageSettings.DEFAULT.ownerTimeoutNs(),
        "how long a first packet may wait for its owner to be found");
    static final Key<OwnerUnknown> OWNER_UNKNOWN = Key.of("unknown", Kinds.choice(OwnerUnknown.class), StageSettings.DEFAULT.ownerUnknown(),
        "what becomes of a connection whose verdict depends on an owner nobody can find");
    static final Key<Boolean> OWNER_FOR_LOG = Key.of("for-log", Kinds.TRUTH, StageSettings.DEFAULT.ownerForLog(),
        "whether owners are also looked up where no rule asks, so that the log names them; delays no packet");

    static final Key<Optional<RedirectShape>> MODE = Key.of("mode", Kinds.choice(words("auto", Optional.<RedirectShape>empty(), "loopback",
        Optional.of(RedirectShape.LOOPBACK), "reflect", Optional.of(RedirectShape.REFLECT))), Optional.empty(),
        "how connections are bent to the relay; `auto` is `loopback` if a connection at start shows that it works, else `reflect`");
    static final Key<Integer> LISTENERS = Key.of("listeners", Kinds.whole(1, 16), 4,
        "relay listeners for each of IPv4 and IPv6; each adds the whole of `nat-ports` to the room for connections");
    static final Key<Integer> RELAY_PORT = Key.of("relay-port", Kinds.whole(0, 65_504), 0,
        "port of the first relay listener, the others follow, those of IPv6 after those of IPv4; 0: any free ports");
    static final Key<PortSet> NAT_PORTS = Key.of("nat-ports", RuleKinds.SOURCE_PORTS, FlowSettings.DEFAULT.natPorts(),
        "source ports of redirected connections in mode `loopback`; outside the system's dynamic range");
    static final Key<Integer> NAT_ADDRESSES = Key.of("nat-addresses", Kinds.whole(1, 254), FlowSettings.DEFAULT.natAddresses(),
        "loopback source addresses of redirected IPv4 connections; 1: only 127.0.0.1, which is all there is on Windows");
    static final Key<Long> PORT_REST = Key.of("port-rest", Durations.between("1 s", "10 min"), FlowSettings.DEFAULT.portRestNs(),
        "how long a source port rests after its connection; the system's TIME_WAIT");

    static final Key<Boolean> LAN = Key.of("lan", Kinds.TRUTH, CaptureSettings.DEFAULT.lan(),
        "whether every rule reaches private addresses; else only rules whose `to` names them");
    static final Key<Boolean> IMPOSTOR = Key.of("impostor", Kinds.TRUTH, CaptureSettings.DEFAULT.impostor(),
        "whether packets injected by other drivers are looked at; without effect on Linux");
    static final Key<Condition.Destination> EXCLUDE = Key.of("exclude", RuleKinds.DESTINATIONS_OR_NONE,
        Condition.Destination.parse(List.of()), "destinations no rule reaches; their packets are never looked at");

    static final Key<CaptureFilter> FILTER = Key.optional("filter", CaptureFilter.KIND,
        "only connections whose first packet it matches are left to the rules; the others pass. See [filters](filters.md)");

    static final Key<Integer> MAXIMUM_FLOWS = Key.of("maximum-flows", Kinds.whole(64, 4_000_000), FlowSettings.DEFAULT.maximumFlows(),
        "flows remembered at once; beyond, finished ones give way, then new ones are refused");
    static final Key<Integer> PARKED_SYNS = Key.of("parked-syns", Kinds.whole(16, 65_536), FlowSettings.DEFAULT.parkedSyns(),
        "TCP connections that may wait for an owner or a dial at once");
    static final Key<Integer> PARKED_DATAGRAMS = Key.of("parked-datagrams", Kinds.whole(16, 16_384), FlowSettings.DEFAULT.parkedDatagrams(),
        "UDP datagrams that may wait for an owner at once");
    static final Key<Integer> PARKED_PER_FLOW = Key.of("parked-per-flow", Kinds.whole(1, 256), FlowSettings.DEFAULT.parkedPerFlow(),
        "of those, how many of one flow");
    static final Key<Long> IDLE = Key.of("idle", Durations.between("1 min", "48 h"), FlowSettings.DEFAULT.idleNs(),
        "an established TCP connection without packets is given up after this; RFC 5382 asks for at least 2 h 4 min");
    static final Key<Long> UDP_IDLE = Key.of("udp-idle", Durations.between("1 s", "1 h"), FlowSettings.DEFAULT.udpIdleNs(),
        "the verdict on a UDP flow is remembered so long after its last datagram");
    static final Key<Long> FINISHED = Key.of("finished", Durations.between("1 s", "10 min"), FlowSettings.DEFAULT.finishedNs(),
        "a closed TCP connection is remembered so long, for late packets");
    static final Key<Long> RESET = Key.of("reset", Durations.between("1 s", "10 min"), FlowSettings.DEFAULT.resetNs(),
        "a reset TCP connection is remembered so long");
    static final Key<Long> REFUSED_MEMORY = Key.of("refused-memory", Durations.between("1 ms", "1 min"), FlowSettings.DEFAULT.refusedMemoryNs(),
        "after a failed dial, the same connection gets the same answer so long without a new dial");
    static final Key<Long> DROPPED_MEMORY = Key.of("dropped-memory", Durations.between("1 s", "1 h"), FlowSettings.DEFAULT.droppedMemoryNs(),
        "a TCP connection silenced by `drop` stays silenced so long after its last attempt");

    static final Key<Long> DIAL_TIMEOUT = Key.of("dial-timeout", Durations.between("100 ms", "10 min"), RelaySettings.DEFAULT.dialTimeoutMs() * MS,
        "a whole dial, the upstream's handshake included, must succeed within this");
    static final Key<Long> STEP_TIMEOUT = Key.of("step-timeout", Durations.between("100 ms", "10 min"), RelaySettings.DEFAULT.stepTimeoutMs() * MS,
        "each step of a dial must: the connect, every answer of the upstream");
    static final Key<Long> ACCEPT_TIMEOUT = Key.of("accept-timeout", Durations.between("100 ms", "10 min"),
        RelaySettings.DEFAULT.acceptTimeoutMs() * MS,
        "after the dial, the application's connection must arrive at the relay within this");
    static final Key<Integer> EVENT_LOOPS = Key.of("event-loops", Kinds.whole(0, 64), RelaySettings.DEFAULT.eventLoops(),
        "threads of the relay; 0: by the number of processors");
    static final Key<Integer> MAXIMUM_DIALS = Key.of("maximum-dials", Kinds.whole(1, 1 << 20), RelaySettings.DEFAULT.maximumDials(),
        "dials under way at once; beyond, connections are refused");
    static final Key<Integer> SPLICE_AFTER_BYTES = Key.of("splice-after-bytes", Kinds.whole(0, Integer.MAX_VALUE),
        (int) RelaySettings.DEFAULT.spliceAfterBytes(),
        "a direction that has carried so many bytes is spliced in the kernel where that is possible; 0: never");

    static final Key<Threads> THREADS = Key.of("threads", Kinds.choice(Threads.class), PipelineSettings.DEFAULT.threads(),
        "over how many threads packets are handled; `auto` goes by the number of processors");
    static final Key<Integer> BATCHES = Key.of("batches", Kinds.whole(2, 64), PipelineSettings.DEFAULT.batches(),
        "receive buffers under way at once");
    static final Key<Integer> RING_SLOTS = Key.of("ring-slots", Kinds.powerOfTwo(64, 65_536), PipelineSettings.DEFAULT.ringSlots(),
        "places in the ring for batches and events together");

    static final Key<String> LEVEL = Key.of("level", Kinds.choice(words("error", "error", "warn", "warn", "info", "info", "debug", "debug")), "info",
        "what is logged; `info` has one line for each connection");
    static final Key<Path> FILE = Key.optional("file", Kinds.PATH, "where the log goes; standard error when absent");
    static final Key<Integer> LINES_PER_SECOND = Key.of("lines-per-second", Kinds.whole(1, 1_000_000), 200,
        "lines about connections; beyond, those of a second are summed up in one");

    static final Key<Integer> QUEUE = Key.of("queue", Kinds.whole(0, 65_534), 22_500, "the first of two netfilter queue numbers in a row");
    static final Key<Path> STATE_DIRECTORY = Key.of("state-directory", Kinds.PATH, Path.of("/run/weir"),
        "where is noted what must be put back after a crash");

    static final Key<Integer> PRIORITY = Key.of("priority", Kinds.odd(1, 29_999), 1021,
        "among programs that use WinDivert, who sees a packet first: the highest");
    static final Key<Path> DRIVER_FOLDER = Key.optional("driver-folder", Kinds.PATH,
        "where `WinDivert.dll` and `WinDivert64.sys` are; `windivert-bin` beside the program when absent");

    /** The conditions of a rule, and the tables within {@code any}, {@code all} and {@code none}. */
    static final Table CONDITION = new Table("rule", true, List.of(PROCESS, PID, USER, TO, PORT, PROTOCOL, ALL, ANY, NONE));

    static final Table ROOT = new Table("", false, List.of(ON_OVERLOAD));
    static final Table UPSTREAM = new Table("upstream", true, List.of(UPSTREAM_NAME, TYPE, ADDRESS, USERNAME, PASSWORD));
    static final Table RULE = new Table("rule", true, ruleKeys());
    static final Table OWNER = new Table("owner", false, List.of(OWNER_TIMEOUT, OWNER_UNKNOWN, OWNER_FOR_LOG));
    static final Table REDIRECT = new Table("redirect", false, List.of(MODE, LISTENERS, RELAY_PORT, NAT_PORTS, NAT_ADDRESSES, PORT_REST));
    static final Table CAPTURE = new Table("capture", false, List.of(LAN, IMPOSTOR, EXCLUDE, FILTER));
    static final Table FLOW = new Table("flow", false, List.of(MAXIMUM_FLOWS, PARKED_SYNS, PARKED_DATAGRAMS, PARKED_PER_FLOW, IDLE, UDP_IDLE,
        FINISHED, RESET, REFUSED_MEMORY, DROPPED_MEMORY));
    static final Table RELAY = new Table("relay", false, List.of(DIAL_TIMEOUT, STEP_TIMEOUT, ACCEPT_TIMEOUT, EVENT_LOOPS, MAXIMUM_DIALS,
        SPLICE_AFTER_BYTES));
    static final Table PIPELINE = new Table("pipeline", false, List.of(THREADS, BATCHES, RING_SLOTS));
    static final Table LOG = new Table("log", false, List.of(LEVEL, FILE, LINES_PER_SECOND));
    static final Table LINUX = new Table("linux", false, List.of(QUEUE, STATE_DIRECTORY));
    static final Table WINDOWS = new Table("windows", false, List.of(PRIORITY, DRIVER_FOLDER));

    /** In the order they are documented and printed. */
    static final List<Table> TABLES = List.of(ROOT, UPSTREAM, RULE, OWNER, REDIRECT, CAPTURE, FLOW, RELAY, PIPELINE, LOG, LINUX,
        WINDOWS);

    private Keys() {
    }

    private static List<Key<?>> ruleKeys() {
        List<Key<?>> out = new ArrayList<>(List.of(RULE_NAME));
        out.addAll(CONDITION.keys());
        out.addAll(List.of(ACTION, ON_FAILURE));
        return out;
    }

    @SuppressWarnings("unchecked")
    private static <T> Map<String, T> words(Object... wordsAndValues) {
        Map<String, T> out = new LinkedHashMap<>();
        for (int i = 0; i < wordsAndValues.length; i += 2) {
            out.put((String) wordsAndValues[i], (T) wordsAndValues[i + 1]);
        }
        return out;
    }
}
