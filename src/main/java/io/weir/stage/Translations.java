package io.weir.stage;

import io.weir.flow.FlowSettings;
import io.weir.flow.FlowTable;
import io.weir.flow.PortPool;
import io.weir.flow.Translation;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.packet.PacketView;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds for a flow the tuple under which the relay will see it: from the port pool (loopback shape), or by swapping its addresses (reflect).
 * Reflected flows whose swapped tuples coincide are told apart by the relay's listeners.
 */
final class Translations {
    private static final IpAddress IPV4_LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final IpAddress IPV6_LOOPBACK = IpAddress.parse("::1");
    /** 127.87.0.0: a corner of the loopback network where nobody lives ("W"). */
    private static final int NAT_NETWORK = 0x7f57_0000;
    /** Tuples tried before a flow is refused; more than one only if somebody else holds a tuple's reply key. */
    private static final int ATTEMPTS = 8;

    private final FlowTable<LiveFlow> table;
    private final FlowSettings settings;
    private Redirect redirect;
    /** Of {@code redirect.relay()}, in its order: all that a packet of somebody else's is compared with. */
    private int[] relayPorts;
    private Family ipv4;
    private Family ipv6;

    /** Where the relay listens for one family, and the tuples that lead there. */
    private record Family(List<Endpoint> loopback, List<Endpoint> wildcard, PortPool pool) {
    }

    Translations(FlowTable<LiveFlow> table, FlowSettings settings, Redirect redirect) {
        this.table = table;
        this.settings = settings;
        redirect(redirect);
    }

    /** For flows that are opened from now on. */
    void redirect(Redirect next) {
        redirect = next;
        relayPorts = new int[next.relay().size()];
        for (int i = 0; i < relayPorts.length; i++) {
            relayPorts[i] = next.relay().get(i).port();
        }
        ipv4 = family(true, ipv4);
        ipv6 = family(false, ipv6);
    }

    private Family family(boolean isIpv4, Family before) {
        List<Endpoint> loopback = new ArrayList<>();
        List<Endpoint> wildcard = new ArrayList<>();
        for (Endpoint endpoint : redirect.relay()) {
            if (endpoint.address().isIpv4() == isIpv4) {
                (endpoint.address().isUnspecified() ? wildcard : loopback).add(endpoint);
            }
        }
        PortPool pool = null;
        if (before != null && before.loopback.equals(loopback)) {
            pool = before.pool; // the same tuples: what is live or rests there still does
        } else if (!loopback.isEmpty()) {
            pool = new PortPool(settings.natPorts(), isIpv4 ? settings.natAddresses() : 1, loopback.size(), settings.portRestNs());
        }
        return new Family(loopback, wildcard, pool);
    }

    /** Is this one of the relay's own endpoints? */
    boolean isRelay(long high, long low, int port) {
        for (int i = 0; i < relayPorts.length; i++) {
            if (relayPorts[i] == port && covers(redirect.relay().get(i).address(), high, low)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(IpAddress listening, long high, long low) {
        return listening.isUnspecified() ? listening.isIpv4() == IpAddress.isIpv4(high, low) : listening.high() == high && listening.low() == low;
    }

    /** Is it sent to the relay itself? On the wildcard address that is from an address to itself: its ports are other machines' ports, too. */
    boolean leadsToRelay(PacketView view) {
        boolean toItself = view.sourceHigh() == view.destinationHigh() && view.sourceLow() == view.destinationLow();
        return toItself && isRelay(view.destinationHigh(), view.destinationLow(), view.destinationPort());
    }

    /** Gives the flow a translation. @return false when no tuple is left */
    boolean assign(LiveFlow flow, long nowNs) {
        Family family = IpAddress.isIpv4(flow.sourceHigh(), flow.sourceLow()) ? ipv4 : ipv6;
        boolean loopbackFirst = redirect.shape() == RedirectShape.LOOPBACK;
        return loopbackFirst && family.pool != null && loopback(flow, family, nowNs) || reflect(flow, family);
    }

    private boolean loopback(LiveFlow flow, Family family, long nowNs) {
        PortPool pool = family.pool;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int tuple = pool.take(nowNs);
            if (tuple == PortPool.NONE) {
                return false;
            }
            Endpoint relay = family.loopback.get(pool.listener(tuple));
            IpAddress peer = peer(relay.address().isIpv4(), pool.address(tuple));
            if (table.translate(flow, new Translation(flow.sourceHigh(), flow.sourceLow(), flow.sourcePort(),
                    flow.destinationHigh(), flow.destinationLow(), flow.destinationPort(), peer.high(), peer.low(), pool.port(tuple),
                    relay.address().high(), relay.address().low(), relay.port(),
                    true, redirect.loopbackInterface(), 0, flow.interfaceIndex, flow.subInterfaceIndex))) {
                flow.pool = pool;
                flow.tuple = tuple;
                return true;
            }
            pool.release(tuple, nowNs);
        }
        return false;
    }

    private IpAddress peer(boolean isIpv4, int address) {
        if (!isIpv4) {
            return IPV6_LOOPBACK;
        }
        return settings.natAddresses() == 1 ? IPV4_LOOPBACK : IpAddress.ofIpv4(NAT_NETWORK + 1 + address);
    }

    private boolean reflect(LiveFlow flow, Family family) {
        for (int i = 0; i < family.wildcard.size(); i++) {
            int port = family.wildcard.get(i).port();
            if (table.translate(flow, new Translation(flow.sourceHigh(), flow.sourceLow(), flow.sourcePort(),
                    flow.destinationHigh(), flow.destinationLow(), flow.destinationPort(),
                    flow.destinationHigh(), flow.destinationLow(), flow.sourcePort(), flow.sourceHigh(), flow.sourceLow(), port,
                    false, flow.interfaceIndex, flow.subInterfaceIndex, flow.interfaceIndex, flow.subInterfaceIndex))) {
                return true;
            }
        }
        return false;
    }

    /** Takes the translation away. A tuple that carried packets rests from the end of the connection on. */
    void release(LiveFlow flow, boolean used) {
        table.untranslate(flow);
        if (flow.pool != null) {
            if (used) {
                flow.pool.release(flow.tuple, flow.endedNs);
            } else {
                flow.pool.putBack(flow.tuple);
            }
            flow.pool = null;
        }
    }

    /** Tuples in use, both families. */
    int live() {
        return (ipv4.pool == null ? 0 : ipv4.pool.live()) + (ipv6.pool == null ? 0 : ipv6.pool.live());
    }
}
