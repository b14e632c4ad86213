package io.weir.relay;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.weir.metrics.Counter;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import io.weir.testkit.Conversation;
import io.weir.testkit.Waiting;
import io.weir.upstream.DialFailure;
import io.weir.upstream.LocalPorts;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A running relay whose every event is remembered, and flows through it: each with a client socket whose port is known before it connects. */
final class RelayLab implements RelayListener, AutoCloseable {
    /** The usual ones, but for a machine on which everything may take a minute. */
    static final RelaySettings PATIENT = new RelaySettings(RelaySettings.DEFAULT.listen(), 0, 0, 2 * Waiting.PATIENCE_MS, Waiting.PATIENCE_MS,
        Waiting.PATIENCE_MS, RelaySettings.DEFAULT.maximumDials(), RelaySettings.DEFAULT.spliceAfterBytes());

    record End(long bytesUp, long bytesDown, String how) {
    }

    /** What the listener heard of one flow; an event told twice is a test failure at the next wait. */
    static final class Heard {
        private final CompletableFuture<Boolean> dialed = new CompletableFuture<>();
        private final CompletableFuture<Object> end = new CompletableFuture<>();
        private volatile String broken;

        private void check(boolean good, String complaint) {
            if (!good) {
                broken = complaint;
            }
        }
    }

    final Counters counters = new Counters();
    final Relay relay;
    private final Map<Long, Heard> heard = new ConcurrentHashMap<>();
    private final AtomicLong lastFlow = new AtomicLong();

    RelayLab(RelaySettings settings, Upstreams upstreams, Transport transport) throws RelayException {
        relay = new Relay(settings, upstreams, this, counters, transport, LocalPorts.ANY);
        relay.start();
    }

    @Override
    public void dialed(long flowId) {
        Heard flow = heard.get(flowId);
        flow.check(!flow.end.isDone(), "dialed after its end");
        flow.check(flow.dialed.complete(true), "dialed twice");
    }

    @Override
    public void failed(long flowId, DialFailure failure) {
        Heard flow = heard.get(flowId);
        flow.check(!flow.dialed.isDone(), "failed after dialed");
        flow.check(flow.end.complete(failure), "two ends");
    }

    @Override
    public void ended(long flowId, long bytesUp, long bytesDown, String how) {
        Heard flow = heard.get(flowId);
        flow.check(flow.dialed.isDone(), "ended, but never dialed");
        flow.check(flow.end.complete(new End(bytesUp, bytesDown, how)), "two ends");
    }

    void expectEventsOf(Flow flow) {
        heard.put(flow.id, flow.events);
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    /** An ordered flow. */
    Flow order(String destination, String upstream) throws IOException {
        return order(Endpoint.parse(destination), upstream, relay.endpoints().get(0));
    }

    Flow order(Endpoint destination, String upstream, Endpoint local) throws IOException {
        Flow flow = new Flow(destination, upstream, local, lastFlow.incrementAndGet());
        assertTrue(flow.dial(), "the relay is full");
        return flow;
    }

    /** A flow that is not ordered yet. */
    Flow flow(String destination, String upstream) throws IOException {
        return new Flow(Endpoint.parse(destination), upstream, relay.endpoints().get(0), lastFlow.incrementAndGet());
    }

    /** A flow with its client: {@link #connect} is what the redirected SYN does. */
    final class Flow implements AutoCloseable {
        final long id;
        final DialOrder order;
        final Heard events = new Heard();
        final Socket socket = new Socket();

        private Flow(Endpoint destination, String upstream, Endpoint local, long id) throws IOException {
            this.id = id;
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(local.address().bytes()), 0));
            Endpoint peer = new Endpoint(IpAddress.ofBytes(socket.getLocalAddress().getAddress()), socket.getLocalPort());
            order = new DialOrder(id, destination, upstream, peer, local);
        }

        boolean dial() {
            heard.put(id, events);
            return relay.dial(order);
        }

        Flow dialed() {
            CompletableFuture.anyOf(events.dialed, events.end).orTimeout(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS).join();
            assertTrue(events.dialed.isDone(), () -> "not dialed: " + events.end.join());
            return this;
        }

        Conversation connect() throws IOException {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(order.local().address().bytes()), order.local().port()), Waiting.PATIENCE_MS);
            return new Conversation(socket);
        }

        Object outcome() {
            try {
                Object end = events.end.get(Waiting.PATIENCE_MS, TimeUnit.MILLISECONDS);
                assertTrue(events.broken == null, () -> "the flow was " + events.broken);
                return end;
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                return fail("no end of flow " + id + " was told", e);
            }
        }

        End end() {
            return outcome() instanceof End end ? end : fail("dial failed: " + outcome());
        }

        DialFailure failure() {
            return outcome() instanceof DialFailure failure ? failure : fail("dialed: " + outcome());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {
        relay.close();
    }
}
