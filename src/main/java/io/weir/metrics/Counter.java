package io.weir.metrics;

/** Everything Weir counts beside drops. The label is the name shown to users and documented in docs/counters.md. */
public enum Counter {
    PACKETS_RECEIVED("packets received from the engine"),
    BATCHES_RECEIVED("receive calls that returned packets"),
    PACKETS_PASSED("packets put back unchanged"),
    PACKETS_RELEASED("packets whose flow was released to the kernel"),
    PACKETS_REWRITTEN("packets redirected or translated back"),
    PACKETS_BUILT("packets made by Weir (RST, ICMP, parked SYN)"),
    PACKETS_FRAGMENTED("fragments passed untouched"),
    PACKETS_MIDSTREAM("packets of TCP connections that Weir has no entry for, passed"),
    PACKETS_ICMP_ABOUT_REDIRECTED("ICMP errors about flows that never leave this machine, passed"),
    PACKETS_NOT_UNDERSTOOD("packets passed because they are malformed or of another protocol"),
    QUEUE_OVERRUNS("times the kernel lost packets because its queue to Weir was full"),
    VERDICTS_REFUSED("packets whose verdict the kernel did not take"),
    RECEIVE_FAILURES("receive calls that failed and were tried again"),
    SENDS_REFUSED("send calls the driver refused at least one packet of"),
    PACKETS_IN_DOUBT("packets of such calls; at least one of each was refused, which ones the driver does not say"),
    PACKETS_NOT_SPLIT("packets whose lengths make no sense, handed back unread"),
    SOCKET_EVENTS("connects and closes of sockets the driver told of"),
    SOCKET_QUEUE_FULL("times the driver's queue of socket events was found full; some may be lost"),
    FLOWS_OPENED("flows a rule was applied to"),
    FLOWS_PASSED("flows left alone"),
    FLOWS_DIRECT("flows relayed to their original destination"),
    FLOWS_PROXIED("flows relayed through an upstream"),
    FLOWS_BLOCKED("flows refused by a rule"),
    FLOWS_DROPPED("flows silenced by a rule"),
    FLOWS_FAILED("flows that should have been relayed and were refused"),
    FLOWS_GIVEN_UP("flows whose application gave up before a connection stood: it sent a RST, or closed its socket"),
    FLOWS_FELL_BACK("flows that went on by on-failure when their upstream failed"),
    OWN_TRAFFIC("captured connections of Weir's own, told by the port they come from and passed"),
    OWN_TRAFFIC_BY_OWNER("captured connections of Weir's own that nothing but their process told, passed"),
    LOOPS_PREVENTED("connections of local proxy programs that a rule would have sent back to them or stopped, passed"),
    FLOWS_TO_RELAY("connections somebody began to the relay itself, passed; the relay resets them"),
    FLOWS_EVICTED("flows forgotten early because the table was full"),
    FLOWS_REPLACED("flows ended because a new connection used the same addresses and ports"),
    SYNS_SEEN_AGAIN("SYNs sent again while the first one waited"),
    OWNER_HIT("owners known at once"),
    OWNER_HELD("owners found while the first packet waited"),
    OWNER_LATE("owners found after owner.timeout had passed"),
    OWNER_MISS("owners never found"),
    OWNER_FOR_LOG("owners the rules did not need, found after the flow went on"),
    OWNER_EVENTS_LOST("socket events that found the queue to the look-up full; their sockets are still found in the tables"),
    OWNER_REUSED("sockets whose process had ended and left its number to another; not attributed to that one"),
    OWNER_AMBIGUOUS("sockets that several processes share; not attributed to any"),
    OWNER_FORGOTTEN("sockets forgotten early because there was no room for more"),
    OWNER_TABLE_WALKS("times the system's socket tables were read, for all questions that waited together"),
    FLOW_LINES_LOST("lines of the flow log that found its queue full"),
    CONTROL_EVENTS("events beside packets that entered the ring"),
    CONTROL_EVENTS_DELAYED("events that waited in an outbox because the ring was full"),
    CONTROL_EVENTS_LOST("events lost because ring and outbox were full; the flow's deadline ends it"),
    STAGE_FAILURES("slots a stage failed on; their packets went on unchanged"),
    RELAY_DIALS("dials begun by the relay"),
    RELAY_DIALS_FAILED("dials that failed or were given up"),
    RELAY_JOINED("redirected connections joined to what was dialed for them"),
    RELAY_ACCEPT_LATE("dialed flows whose connection did not arrive in time"),
    RELAY_ACCEPT_FAILED("accept calls that failed, for want of file descriptors most likely"),
    RELAY_STRANGERS("connections to the relay that nothing was dialed for, reset"),
    OWN_PORTS_BUSY("reserved ports found in use when a socket of Weir's own was to be bound to them"),
    OWN_PORTS_EXEMPT("dials from a port of the exempt set, because no reserved one was to be had"),
    OWN_PORTS_REFUSED("ports that could be neither reserved nor exempted for a dial; after eight the dial fails"),
    RELAY_BYTES_UP("bytes relayed from applications, counted when a flow ends"),
    RELAY_BYTES_DOWN("bytes relayed to applications, counted when a flow ends");

    private final String meaning;

    Counter(String meaning) {
        this.meaning = meaning;
    }

    /** What is counted, as users read it. */
    public String meaning() {
        return meaning;
    }

    /** The documented name: {@code packets-received}. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
