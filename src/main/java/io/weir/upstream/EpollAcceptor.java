package io.weir.upstream;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts on native epoll; level-triggered, so that what one turn leaves is told again. */
final class EpollAcceptor implements Acceptor, EpollIoHandle {
    private static final Logger LOG = LoggerFactory.getLogger(EpollAcceptor.class);
    /** Not none at all: Netty 4.2.13–4.2.18 takes such a socket out of epoll and cannot put it back (pull request 16689). */
    private static final EpollIoOps RESTING = EpollIoOps.valueOf(Native.EPOLLERR | Native.EPOLLET);
    /** As Netty's accept fills it: length, address, for IPv6 scope, port. */
    private static final int ADDRESS_BYTES = 26;
    private static final int IPV4_LENGTH = 8;

    private final WireLoop loop;
    private final Socket socket;
    private final Endpoint local;
    private final AcceptListener listener;
    private final IoRegistration registration;
    private final byte[] address = new byte[ADDRESS_BYTES];
    private boolean closed;

    EpollAcceptor(WireLoop loop, Socket socket, Endpoint local, AcceptListener listener) throws IOException {
        this.loop = loop;
        this.socket = socket;
        this.local = local;
        this.listener = listener;
        this.registration = loop.register(this, EpollIoOps.EPOLLIN);
    }

    @Override
    public Endpoint local() {
        return local;
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration ignored, IoEvent event) {
        for (int i = 0; i < ACCEPTS_PER_TURN && !closed; i++) {
            int accepted;
            try {
                accepted = socket.accept(address);
            } catch (IOException e) {
                rest();
                listener.acceptFailed(e);
                return;
            }
            if (accepted < 0) {
                return;
            }
            tell(new Accepted(new Socket(accepted)));
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
        registration.submit(RESTING);
        loop.executeAfter(PAUSE_MS, () -> {
            if (!closed) {
                registration.submit(EpollIoOps.EPOLLIN);
            }
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeQuietly(socket);
            registration.cancel();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            return; // close(2) frees the descriptor even then
        }
    }

    private final class Accepted implements Arrival {
        private final Socket accepted;
        private final Endpoint peer;

        Accepted(Socket accepted) {
            this.accepted = accepted;
            int length = address[0];
            int end = length == IPV4_LENGTH ? 1 + 4 : 1 + 16;
            peer = new Endpoint(IpAddress.ofBytes(Arrays.copyOfRange(address, 1, end)), (address[length - 1] & 0xff) << 8 | address[length] & 0xff);
        }

        @Override
        public Endpoint peer() {
            return peer;
        }

        @Override
        public Endpoint local() {
            if (!local.address().isUnspecified()) {
                return local;
            }
            InetSocketAddress own = accepted.localAddress();
            return new Endpoint(IpAddress.ofBytes(own.getAddress().getAddress()), own.getPort());
        }

        @Override
        public Wire take(WireListener wireListener) throws IOException {
            try {
                accepted.setTcpNoDelay(true);
                return new EpollWire(loop, accepted, wireListener, false);
            } catch (IOException e) {
                closeQuietly(accepted);
                throw e;
            }
        }

        @Override
        public void refuse() {
            try {
                accepted.setSoLinger(0);
            } catch (IOException e) {
                // then it ends with a FIN
            }
            closeQuietly(accepted);
        }
    }
}
