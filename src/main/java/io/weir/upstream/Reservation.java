package io.weir.upstream;

import io.weir.net.PortSet;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/** TCP ports the system gives to no other program as long as this is open. Any thread. */
public interface Reservation extends AutoCloseable {

    PortSet ports();

    /** Without this a socket may not be bound to one of the ports. */
    void associate(SocketChannel socket) throws IOException;

    @Override
    void close();
}
