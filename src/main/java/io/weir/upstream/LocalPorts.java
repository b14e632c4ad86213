package io.weir.upstream;

import io.weir.net.Endpoint;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Where sockets of ours are bound before they connect, on systems that have no socket marks, so that what they send is not captured again. Asked
 * by loops on the JDK's selector; the sockets of native ones carry {@link DialSettings#socketMark()}. Any thread.
 */
@FunctionalInterface
public interface LocalPorts {
    /** Wherever the system likes: something else keeps our sockets from being captured, or nothing is captured. */
    LocalPorts ANY = (socket, remote) -> null;

    /**
     * Binds a new socket that is about to connect.
     *
     * @return to be released when the socket has been closed; null when this connection needs nothing of the kind
     * @throws java.net.BindException when no port was to be had for this socket; another may have more luck
     */
    Claim bind(SocketChannel socket, Endpoint remote) throws IOException;

    /** A local port that is a socket's of ours. */
    @FunctionalInterface
    interface Claim {
        /** The socket is closed, or was never connected. Once. */
        void release();
    }
}
