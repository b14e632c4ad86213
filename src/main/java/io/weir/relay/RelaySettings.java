package io.weir.relay;

import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.util.List;

/**
 * How the relay works.
 *
 * @param listen           where to listen; port 0 = any free port
 * @param eventLoops       threads; 0 = one on up to two processors, two on up to eight, else four
 * @param socketMark       SO_MARK of the sockets to upstreams and destinations (Linux); 0 = none
 * @param dialTimeoutMs    a whole dial, handshake included
 * @param stepTimeoutMs    one step of it: a connect, one answer of the upstream
 * @param acceptTimeoutMs  between a successful dial and the arrival of the application's connection
 * @param maximumDials     orders waiting, dialing or not yet accepted; more are refused
 * @param spliceAfterBytes a direction that has carried so many bytes is spliced in the kernel where that is possible; 0 = never
 */
public record RelaySettings(List<Endpoint> listen, int eventLoops, int socketMark, int dialTimeoutMs, int stepTimeoutMs, int acceptTimeoutMs,
        int maximumDials, long spliceAfterBytes) {

    /** One listener on each loopback address. */
    public static final RelaySettings DEFAULT = new RelaySettings(List.of(Endpoint.parse("127.0.0.1:0"), Endpoint.parse("[::1]:0")),
            0, 0, 15_000, 10_000, 5_000, 8192, 1 << 20);

    public RelaySettings {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("the relay has nowhere to listen");
        }
        requireRange("eventLoops", eventLoops, 0, 64);
        requireRange("dialTimeoutMs", dialTimeoutMs, 1, 600_000);
        requireRange("stepTimeoutMs", stepTimeoutMs, 1, 600_000);
        requireRange("acceptTimeoutMs", acceptTimeoutMs, 1, 600_000);
        requireRange("maximumDials", maximumDials, 1, 1 << 20);
        if (spliceAfterBytes < 0) {
            throw new IllegalArgumentException("spliceAfterBytes = " + spliceAfterBytes + " is negative");
        }
    }

    private static void requireRange(String name, int value, int from, int to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " = " + value + " is not in " + from + "–" + to);
        }
    }

    public RelaySettings withListen(List<Endpoint> endpoints) {
        return new RelaySettings(endpoints, eventLoops, socketMark, dialTimeoutMs, stepTimeoutMs, acceptTimeoutMs, maximumDials, spliceAfterBytes);
    }

    public RelaySettings withSocketMark(int mark) {
        return new RelaySettings(listen, eventLoops, mark, dialTimeoutMs, stepTimeoutMs, acceptTimeoutMs, maximumDials, spliceAfterBytes);
    }

    /** {@code count} listeners on any free ports of one address: each widens the space of (peer, local) pairs by the whole port pool. */
    public static List<Endpoint> anyPorts(IpAddress address, int count) {
        return java.util.Collections.nCopies(count, new Endpoint(address, 0));
    }
}
