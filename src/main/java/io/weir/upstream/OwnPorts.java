package io.weir.upstream;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.ExemptPorts;
import io.weir.net.PortSet;
import io.weir.net.Protocol;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Binds sockets of ours to ports that are never captured: first to those of a reservation, which the kernel filter excludes. When there is
 * none to be had, to one the system chooses, which enters the exempt set before the socket connects: the stages let it pass. Any thread.
 */
public final class OwnPorts implements LocalPorts, AutoCloseable {
    /** TIME_WAIT of Windows, unless the registry says otherwise; a shorter one costs nothing, a longer one a few more attempts. */
    public static final long RESERVED_REST_NS = 120_000_000_000L;
    /** Longer than a captured packet is under way. */
    private static final long EXEMPT_REST_NS = 5_000_000_000L;
    private static final int RESERVED_TRIED = 8;

    private final Reservation reservation;
    private final PortQueue reserved;
    private final ExemptPorts exempt;
    private final Set<Endpoint> neverCaptured;
    private final Counters counters;
    private final LongSupplier clock;
    private final ArrayDeque<Resting> resting = new ArrayDeque<>();

    private record Resting(int port, Endpoint remote, long sinceNs) {
    }

    /**
     * @param reservation   null: there is none; closed with this
     * @param neverCaptured remote endpoints that the kernel filter excludes: sockets to them, and to loopback addresses, need no port of these
     */
    public OwnPorts(Reservation reservation, long reservedRestNs, ExemptPorts exempt, Set<Endpoint> neverCaptured, Counters counters,
                    LongSupplier clock) {
        this.reservation = reservation;
        reserved = new PortQueue(reservation == null ? PortSet.NONE : reservation.ports(), reservedRestNs);
        this.exempt = exempt;
        this.neverCaptured = Set.copyOf(neverCaptured);
        this.counters = counters;
        this.clock = clock;
    }

    /** What the kernel filter has to exclude. */
    public PortSet excluded() {
        return reservation == null ? PortSet.NONE : reservation.ports();
    }

    @Override
    public Claim bind(SocketChannel socket, Endpoint remote) throws IOException {
        if (remote.address().isLoopback() || neverCaptured.contains(remote)) {
            return null;
        }
        Claim claim = bindReserved(socket);
        return claim == null ? bindExempt(socket, remote) : claim;
    }

    /** @return null when that is not possible now */
    private Claim bindReserved(SocketChannel socket) {
        boolean associated = false;
        for (int tried = 0; tried < RESERVED_TRIED; tried++) {
            int port = reserved.take(clock.getAsLong());
            if (port == PortQueue.NONE) {
                return null;
            }
            try {
                if (!associated) {
                    reservation.associate(socket);
                    associated = true;
                }
                socket.bind(new InetSocketAddress(port));
                return () -> reserved.giveBack(port, clock.getAsLong());
            } catch (BindException busy) {
                reserved.giveBack(port, clock.getAsLong());
                counters.increment(Counter.OWN_PORTS_BUSY);
            } catch (IOException refused) {
                reserved.giveBack(port, clock.getAsLong());
                return null;
            }
        }
        return null;
    }

    private Claim bindExempt(SocketChannel socket, Endpoint remote) throws IOException {
        leaveRested();
        socket.bind(new InetSocketAddress(0));
        int port = socket.socket().getLocalPort();
        if (!exempt.enter(Protocol.TCP, port, remote)) {
            counters.increment(Counter.OWN_PORTS_REFUSED);
            throw new BindException("port " + port + " cannot be exempted from capture, and Weir would redirect its own connection");
        }
        counters.increment(Counter.OWN_PORTS_EXEMPT);
        return () -> rest(port, remote);
    }

    private void rest(int port, Endpoint remote) {
        exempt.rest(Protocol.TCP, port, remote);
        synchronized (resting) {
            resting.add(new Resting(port, remote, clock.getAsLong()));
        }
        leaveRested();
    }

    /** An entry whose rest nobody ends in time does no harm: it speaks of one connection. */
    private void leaveRested() {
        long nowNs = clock.getAsLong();
        synchronized (resting) {
            while (!resting.isEmpty() && nowNs - resting.peek().sinceNs() >= EXEMPT_REST_NS) {
                Resting over = resting.poll();
                exempt.leave(Protocol.TCP, over.port(), over.remote());
            }
        }
    }

    @Override
    public void close() {
        if (reservation != null) {
            reservation.close();
        }
    }
}
