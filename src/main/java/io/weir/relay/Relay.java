package io.weir.relay;

import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.upstream.Acceptor;
import io.weir.upstream.DialSettings;
import io.weir.upstream.Dialer;
import io.weir.upstream.LocalPorts;
import io.weir.upstream.PipeSizer;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstreams;
import io.weir.upstream.WireLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for redirected connections and joins each to the upstream that was dialed for it before. {@link #start} and {@link #close} are
 * for one owner; the rest may be called from any thread between them.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int CLOSE_WAIT_MS = 1000;

    private record Listening(Acceptor acceptor, SessionTable table) {
        Endpoint endpoint() {
            return acceptor.local();
        }

        boolean serves(Endpoint local) {
            return endpoint().port() == local.port()
                    && (endpoint().address().equals(local.address()) || endpoint().address().isUnspecified() && sameFamily(endpoint(), local));
        }

        private static boolean sameFamily(Endpoint one, Endpoint other) {
            return one.address().isIpv4() == other.address().isIpv4();
        }
    }

    private final RelaySettings settings;
    private final Transport transport;
    private final Dialer dialer;
    private final Admission admission;
    private final List<Listening> listening = new ArrayList<>();
    private final List<SessionTable> tables = new ArrayList<>();

    /** A relay that copies every byte. */
    public Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters) {
        this(settings, upstreams, listener, counters, (PipeSizer) null);
    }

    /** @param sizer null = bytes are copied; else large amounts are spliced where that is possible */
    public Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters, PipeSizer sizer) {
        this(settings, upstreams, listener, counters, sizer, LocalPorts.ANY);
    }

    /** @param ports where sockets to upstreams and destinations are bound, where the system has no marks */
    public Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters, PipeSizer sizer, LocalPorts ports) {
        this(settings, upstreams, listener, counters, Transport.best(loops(settings), "weir-relay", sizer), ports);
    }

    Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters, Transport transport, LocalPorts ports) {
        this.settings = settings;
        this.transport = transport;
        this.dialer = new Dialer(new DialSettings(settings.dialTimeoutMs(), settings.stepTimeoutMs(), settings.socketMark()), ports);
        this.admission = new Admission(settings.maximumDials(), FileDescriptors.sessionsThatFit());
        for (WireLoop loop : transport.loops()) {
            tables.add(new SessionTable(loop, dialer, settings, upstreams, listener, counters, admission));
        }
    }

    private static int loops(RelaySettings settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        return settings.eventLoops() > 0 ? settings.eventLoops() : processors <= 2 ? 1 : processors <= 8 ? 2 : 4;
    }

    /** @throws RelayException when an endpoint cannot be bound; nothing stays open then */
    public void start() throws RelayException {
        int[] ofFamily = new int[2];
        try {
            for (Endpoint endpoint : settings.listen()) {
                // listeners of one family are dealt to the loops in turn: a connection stays on its listener's loop
                int turn = ofFamily[endpoint.address().isIpv4() ? 0 : 1]++;
                listen(endpoint, tables.get(turn % tables.size()));
            }
        } catch (RelayException e) {
            close();
            throw e;
        }
        LOG.debug("relay: {} with {} event loops, listening on {}", transport.isEpoll() ? "epoll" : "nio", tables.size(), endpoints());
    }

    private void listen(Endpoint endpoint, SessionTable table) throws RelayException {
        try {
            listening.add(new Listening(table.loop.listen(endpoint, table), table));
        } catch (IOException e) {
            if (endpoint.address().isIpv4() || !endpoint.address().isLoopback() || BindError.isBusy(e)) {
                throw new RelayException(BindError.text(endpoint, e), e);
            }
            LOG.info("relay: no IPv6 loopback on this machine, so IPv6 is not relayed ({})", e.getMessage());
        }
    }

    /** Where the relay listens, in the order of the settings, with the ports it got; without [::1] where the machine has no IPv6. */
    public List<Endpoint> endpoints() {
        return listening.stream().map(Listening::endpoint).toList();
    }

    /**
     * Takes the order, never blocks.
     *
     * @return false when {@link RelaySettings#maximumDials} are under way, file descriptors run short or the relay is closed: nothing was taken
     * @throws IllegalArgumentException when the relay does not listen on {@code order.local()}
     */
    public boolean dial(DialOrder order) {
        SessionTable table = table(order.local());
        if (!admission.enter()) {
            return false;
        }
        try {
            table.loop.execute(new Session(order, table));
            return true;
        } catch (RejectedExecutionException e) {
            admission.arrived();
            admission.left();
            return false;
        }
    }

    private SessionTable table(Endpoint local) {
        for (int i = 0; i < listening.size(); i++) {
            if (listening.get(i).serves(local)) {
                return listening.get(i).table();
            }
        }
        throw new IllegalArgumentException("the relay does not listen on " + local + ", only on " + endpoints());
    }

    /** Ends a flow in any state, both sides reset; its last event still comes. Unknown flows are ignored. */
    public void cancel(long flowId) {
        for (SessionTable table : tables) {
            onLoop(table.loop, () -> table.cancel(flowId));
        }
    }

    /** From now on orders are dialed through these; sessions that stand are left alone. */
    public void replaceUpstreams(Upstreams replacement) {
        for (SessionTable table : tables) {
            onLoop(table.loop, () -> table.replaceUpstreams(replacement));
        }
    }

    private static boolean onLoop(WireLoop loop, Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false; // shut down: there is nothing left to do it to
        }
    }

    /** Stops listening, ends every session (each is told to the listener) and the event loops, in less than two seconds. Safe twice. */
    @Override
    public void close() {
        CountDownLatch ended = new CountDownLatch(tables.size());
        for (SessionTable table : tables) {
            boolean taken = onLoop(table.loop, () -> {
                for (Listening one : listening) {
                    if (one.table() == table) {
                        one.acceptor().close();
                    }
                }
                table.close();
                ended.countDown();
            });
            if (!taken) {
                ended.countDown();
            }
        }
        try {
            ended.await(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dialer.close();
        transport.close();
    }
}
