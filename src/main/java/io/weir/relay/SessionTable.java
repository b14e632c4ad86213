package io.weir.relay;

import io.netty.util.collection.LongObjectHashMap;
import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.upstream.AcceptListener;
import io.weir.upstream.Arrival;
import io.weir.upstream.Destination;
import io.weir.upstream.DialFailure;
import io.weir.upstream.Dialer;
import io.weir.upstream.Dialing;
import io.weir.upstream.Upstream;
import io.weir.upstream.Upstreams;
import io.weir.upstream.WireLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of one event loop, by flow and, while the application's connection is awaited, by its addresses. Loop thread only. */
final class SessionTable implements AcceptListener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionTable.class);
    private static final long SAY_AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    final WireLoop loop;
    final RelaySettings settings;
    final Counters counters;
    private final Dialer dialer;
    private final RelayListener listener;
    private final Admission admission;
    private final LongObjectHashMap<Session> byFlow = new LongObjectHashMap<>();
    private final Map<ConnectionKey, Session> expected = new HashMap<>();
    private Upstreams upstreams;
    private long acceptFailureSaidNs = System.nanoTime() - SAY_AGAIN_NS;
    private boolean closed;

    SessionTable(WireLoop loop, Dialer dialer, RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters,
            Admission admission) {
        this.loop = loop;
        this.dialer = dialer;
        this.settings = settings;
        this.upstreams = upstreams;
        this.listener = listener;
        this.counters = counters;
        this.admission = admission;
    }

    void replaceUpstreams(Upstreams replacement) {
        upstreams = replacement;
    }

    /** Begins the dial; null when it has failed already. */
    Dialing dial(Session session) {
        DialOrder order = session.order;
        counters.increment(Counter.RELAY_DIALS);
        Session before = byFlow.put(order.flowId(), session);
        if (before != null) {
            before.cancel("ordered again");
            byFlow.put(order.flowId(), session);
        }
        if (closed) {
            session.cancel("the relay is closed");
            return null;
        }
        Upstream upstream = order.upstream() == null ? null : upstreams.named(order.upstream());
        if (order.upstream() != null && upstream == null) {
            session.failed(new DialFailure(DialFailure.Kind.UPSTREAM_DOWN, "choose the upstream",
                    "upstream " + order.upstream() + ": there is none of that name any more"));
            return null;
        }
        return dialer.dial(loop, upstream, Destination.of(order.destination()), session);
    }

    /** The session is dialed: its connection may come. */
    void expect(Session session) {
        Session before = expected.put(ConnectionKey.of(session.order), session);
        if (before != null) {
            before.cancel("another flow was given the same addresses");
            expected.put(ConnectionKey.of(session.order), session);
        }
        loop.deadlines().add(session);
        try {
            listener.dialed(session.order.flowId());
        } catch (RuntimeException e) {
            unexpected(session.order, e);
        }
    }

    @Override
    public void arrived(Arrival arrival) {
        Session session = closed ? null : expected.remove(new ConnectionKey(arrival.peer(), arrival.local()));
        if (session == null) {
            counters.increment(Counter.RELAY_STRANGERS);
            arrival.refuse();
            return;
        }
        counters.increment(Counter.RELAY_JOINED);
        admission.arrived();
        session.accepted(arrival);
    }

    @Override
    public void acceptFailed(IOException cause) {
        counters.increment(Counter.RELAY_ACCEPT_FAILED);
        long nowNs = System.nanoTime();
        if (nowNs - acceptFailureSaidNs >= SAY_AGAIN_NS) {
            acceptFailureSaidNs = nowNs;
            LOG.warn("relay: a connection could not be accepted: {}; if descriptors ran out, raise the limit (ulimit -n)", cause.getMessage());
        }
    }

    void failed(Session session, DialFailure failure) {
        forget(session);
        counters.increment(Counter.RELAY_DIALS_FAILED);
        admission.arrived();
        admission.left();
        try {
            listener.failed(session.order.flowId(), failure);
        } catch (RuntimeException e) {
            unexpected(session.order, e);
        }
    }

    void ended(Session session, long bytesUp, long bytesDown, String how, boolean wasExpected) {
        forget(session);
        if (wasExpected) {
            loop.deadlines().remove(session);
            expected.remove(ConnectionKey.of(session.order), session);
            admission.arrived();
        }
        admission.left();
        counters.add(Counter.RELAY_BYTES_UP, bytesUp);
        counters.add(Counter.RELAY_BYTES_DOWN, bytesDown);
        try {
            listener.ended(session.order.flowId(), bytesUp, bytesDown, how);
        } catch (RuntimeException e) {
            unexpected(session.order, e);
        }
    }

    private void forget(Session session) {
        if (byFlow.get(session.order.flowId()) == session) {
            byFlow.remove(session.order.flowId());
        }
    }

    void cancel(long flowId) {
        Session session = byFlow.get(flowId);
        if (session != null) {
            session.cancel("cancelled");
        }
    }

    /** Ends every session; later orders are cancelled and later connections refused. */
    void close() {
        closed = true;
        for (Session session : new ArrayList<>(byFlow.values())) {
            session.cancel("the relay was closed");
        }
    }

    void unexpected(DialOrder order, Throwable cause) {
        LOG.error("relay: flow {} to {}", order.flowId(), order.destination(), cause);
    }
}
