package io.weir.upstream;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts on the JDK's selector. */
final class NioAcceptor implements Acceptor, NioIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(NioAcceptor.class);
    private final WireLoop loop;
    private final ServerSocketChannel channel;
    private final Endpoint local;
    private final AcceptListener listener;
    private final IoRegistration registration;
    private boolean closed;

    NioAcceptor(WireLoop loop, ServerSocketChannel channel, Endpoint local, AcceptListener listener) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.local = local;
        this.listener = listener;
        this.registration = loop.register(this, NioIoOps.ACCEPT);
    }

    @Override
    public Endpoint local() {
        return local;
    }

    @Override
    public SelectableChannel selectableChannel() {
        return channel;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
            try {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                accepted.configureBlocking(false);
                tell(new Accepted(accepted));
            } catch (IOException e) {
                rest();
                listener.acceptFailed(e);
                return;
            }
        }
    }

    /** Nothing is thrown: the loop would pause for all wires. */
    private void tell(Accepted arrival) {
        try {
            listener.arrived(arrival);
        } catch (RuntimeException e) {
            LOG.error("a connection is refused", e);
            arrival.refuse();
        }
    }

    private void rest() {
        registration.submit(NioIoOps.NONE);
        loop.executeAfter(PAUSE_MS, () -> {
            if (!closed) {
                registration.submit(NioIoOps.ACCEPT);
            }
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            registration.cancel();
            closeQuietly(channel);
        }
    }

    private static void closeQuietly(AutoCloseable channel) {
        try {
            channel.close();
        } catch (Exception e) {
            return; // the descriptor is free even then
        }
    }

    private static Endpoint endpoint(InetSocketAddress address) {
        return new Endpoint(IpAddress.ofBytes(address.getAddress().getAddress()), address.getPort());
    }

    private final class Accepted implements Arrival {
        private final SocketChannel accepted;
        private final Endpoint peer;
        private final Endpoint own;

        Accepted(SocketChannel accepted) throws IOException {
            this.accepted = accepted;
            peer = endpoint((InetSocketAddress) accepted.getRemoteAddress());
            own = endpoint((InetSocketAddress) accepted.getLocalAddress());
        }

        @Override
        public Endpoint peer() {
            return peer;
        }

        @Override
        public Endpoint local() {
            return own;
        }

        @Override
        public Wire take(WireListener wireListener) throws IOException {
            try {
                accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return new NioWire(loop, accepted, null, wireListener, false);
            } catch (IOException e) {
                closeQuietly(accepted);
                throw e;
            }
        }

        @Override
        public void refuse() {
            try {
                accepted.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // then it ends with a FIN
            }
            closeQuietly(accepted);
        }
    }
}
