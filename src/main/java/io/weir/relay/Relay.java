package io.weir.relay;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.weir.metrics.Counters;
import io.weir.net.Endpoint;
import io.weir.upstream.DialSettings;
import io.weir.upstream.Dialer;
import io.weir.upstream.Transport;
import io.weir.upstream.Upstreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
    private static final int BACKLOG = 8192;
    private static final int CLOSE_WAIT_MS = 1000;

    private record Listening(Endpoint endpoint, ServerChannel channel, SessionTable table) {
        boolean serves(Endpoint local) {
            return endpoint.port() == local.port()
                    && (endpoint.address().equals(local.address()) || endpoint.address().isUnspecified() && sameFamily(endpoint, local));
        }

        private static boolean sameFamily(Endpoint one, Endpoint other) {
            return one.address().isIpv4() == other.address().isIpv4();
        }
    }

    private final RelaySettings settings;
    private final Counters counters;
    private final RelayListener listener;
    private final Transport transport;
    private final Dialer dialer;
    private final Admission admission;
    private final int loopCount;
    private final List<Listening> listening = new ArrayList<>();
    private final List<SessionTable> tables = new ArrayList<>();
    private final Upstreams upstreams;
    private EventLoopGroup loops;

    public Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters) {
        this(settings, upstreams, listener, counters, Transport.best(loops(settings)));
    }

    Relay(RelaySettings settings, Upstreams upstreams, RelayListener listener, Counters counters, Transport transport) {
        this.settings = settings;
        this.upstreams = upstreams;
        this.listener = listener;
        this.counters = counters;
        this.transport = transport;
        this.loopCount = loops(settings);
        this.dialer = new Dialer(transport, new DialSettings(settings.dialTimeoutMs(), settings.stepTimeoutMs(), settings.socketMark()));
        this.admission = new Admission(settings.maximumDials(), FileDescriptors.sessionsThatFit());
    }

    private static int loops(RelaySettings settings) {
        int processors = Runtime.getRuntime().availableProcessors();
        return settings.eventLoops() > 0 ? settings.eventLoops() : processors <= 2 ? 1 : processors <= 8 ? 2 : 4;
    }

    /** @throws RelayException when an endpoint cannot be bound; nothing stays open then */
    public void start() throws RelayException {
        loops = transport.newEventLoops(loopCount, "weir-relay");
        for (int i = 0; i < loopCount; i++) {
            tables.add(new SessionTable(loops.next(), transport, dialer, settings, upstreams, listener, counters, admission));
        }
        int[] ofFamily = new int[2];
        try {
            for (Endpoint endpoint : settings.listen()) {
                // listeners of one family are dealt to the loops in turn: a connection stays on its listener's loop
                int turn = ofFamily[endpoint.address().isIpv4() ? 0 : 1]++;
                listen(endpoint, tables.get(turn % loopCount));
            }
        } catch (RelayException e) {
            close();
            throw e;
        }
        LOG.debug("relay: {} with {} event loops, listening on {}", transport.isEpoll() ? "epoll" : "nio", loopCount, endpoints());
    }

    private void listen(Endpoint endpoint, SessionTable table) throws RelayException {
        ServerChannel channel = transport.newListener(endpoint.address().isIpv4());
        channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
        channel.pipeline().addLast("accept", new Acceptor(table));
        table.loop.register(channel).syncUninterruptibly();
        ChannelFuture bound = channel.bind(socketAddress(endpoint)).awaitUninterruptibly();
        if (bound.isSuccess()) {
            Endpoint got = new Endpoint(endpoint.address(), ((InetSocketAddress) channel.localAddress()).getPort());
            listening.add(new Listening(got, channel, table));
            return;
        }
        channel.close().awaitUninterruptibly();
        if (!endpoint.address().isIpv4() && endpoint.address().isLoopback() && !BindError.isBusy(bound.cause())) {
            LOG.info("relay: no IPv6 loopback on this machine, so IPv6 is not relayed ({})", bound.cause().toString());
            return;
        }
        throw new RelayException(BindError.text(endpoint, bound.cause()), bound.cause());
    }

    private static InetSocketAddress socketAddress(Endpoint endpoint) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(endpoint.address().bytes()), endpoint.port());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length
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

    private static boolean onLoop(EventLoop loop, Runnable task) {
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
        if (loops == null) {
            return;
        }
        CountDownLatch ended = new CountDownLatch(tables.size());
        for (SessionTable table : tables) {
            boolean taken = onLoop(table.loop, () -> {
                for (Listening one : listening) {
                    if (one.table() == table) {
                        one.channel().close();
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
        loops.shutdownGracefully(0, CLOSE_WAIT_MS / 2, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_WAIT_MS);
    }
}
