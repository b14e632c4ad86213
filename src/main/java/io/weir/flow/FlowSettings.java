package io.weir.flow;

import io.weir.net.PortSet;

/**
 * How many flows there may be and how long things last; the {@code [flow]} table.
 *
 * @param maximumFlows     flows remembered at once, 64–4,000,000; when full, closing and never-established ones give way, then new ones are refused
 * @param parkedSyns       TCP SYNs that may wait for an owner or a dial, 16–65,536; 128 bytes each
 * @param parkedDatagrams  larger packets (UDP, SYNs with data) that may wait, 16–16,384; 2 KiB each
 * @param parkedPerFlow    datagrams of one flow that may wait, 1–256
 * @param natPorts         source ports of the loopback shape: outside the system's dynamic range, nothing may listen there on the loopback address
 * @param natAddresses     IPv4 loopback source addresses, 1–254: 1 is 127.0.0.1 itself (Windows), more are 127.87.0.1 … (Linux)
 * @param portRestNs       how long a port rests after its connection ended: the system's TIME_WAIT
 * @param finishedNs       a flow both of whose ends sent FIN is kept for late segments
 * @param resetNs          a reset flow is kept
 * @param idleNs           an established TCP flow without packets is given up (RFC 5382 REQ-5: not before 2 h 4 min)
 * @param dialNs           the relay must answer an order within: a little longer than it may take itself
 * @param acceptNs         the application's handshake with the relay must complete within, from the release of its SYN
 * @param refusedMemoryNs  after a failure, SYNs of that tuple get the same answer without a new dial
 * @param droppedMemoryNs  a silenced TCP flow is remembered from its last SYN on: longer than the largest gap between SYN retransmissions
 * @param udpIdleNs        the verdict of a UDP flow is remembered from its last datagram on
 */
public record FlowSettings(int maximumFlows, int parkedSyns, int parkedDatagrams, int parkedPerFlow, PortSet natPorts, int natAddresses,
                           long portRestNs, long finishedNs, long resetNs, long idleNs, long dialNs, long acceptNs, long refusedMemoryNs,
                           long droppedMemoryNs, long udpIdleNs) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** For Linux, whose dynamic range begins at 32768: 1.5 million tuples with four relay listeners, 60 s of 25,000 connections a second. */
    public static final FlowSettings DEFAULT = new FlowSettings(131_072, 8_192, 512, 32, PortSet.parse("8192-32767"), 16,
            60 * SECOND_NS, 60 * SECOND_NS, 10 * SECOND_NS, 7_440 * SECOND_NS, 16 * SECOND_NS, 5 * SECOND_NS, 3 * SECOND_NS,
            130 * SECOND_NS, 60 * SECOND_NS);

    public FlowSettings {
        range("maximum-flows", maximumFlows, 64, 4_000_000);
        range("parked-syns", parkedSyns, 16, 65_536);
        range("parked-datagrams", parkedDatagrams, 16, 16_384);
        range("parked-per-flow", parkedPerFlow, 1, 256);
        range("nat-addresses", natAddresses, 1, 254);
        if (natPorts.ranges().isEmpty() || natPorts.contains(0)) {
            throw new IllegalArgumentException("nat-ports \"" + natPorts + "\" must name at least one port and not port 0");
        }
        positive("port-rest", portRestNs);
        positive("finished", finishedNs);
        positive("reset", resetNs);
        positive("idle", idleNs);
        positive("dial", dialNs);
        positive("accept", acceptNs);
        positive("refused-memory", refusedMemoryNs);
        positive("dropped-memory", droppedMemoryNs);
        positive("udp-idle", udpIdleNs);
    }

    /** The same, with at most so many loopback source addresses. */
    public FlowSettings withNatAddressesAtMost(int most) {
        return natAddresses <= most ? this : new FlowSettings(maximumFlows, parkedSyns, parkedDatagrams, parkedPerFlow, natPorts, most, portRestNs,
            finishedNs, resetNs, idleNs, dialNs, acceptNs, refusedMemoryNs, droppedMemoryNs, udpIdleNs);
    }

    private static void range(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " " + value + " is not in " + least + "–" + most);
        }
    }

    private static void positive(String key, long valueNs) {
        if (valueNs <= 0) {
            throw new IllegalArgumentException(key + " must be longer than 0");
        }
    }
}
