package io.weir.windows.network;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.weir.net.PortSet;
import io.weir.upstream.Reservation;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime port reservation (mstcpip.h): a block of TCP ports the system gives to no other program while the socket that acquired it is open.
 * A socket is associated with it by the token before it is bound to one of the ports; without that the bind fails with 10013. That is why the
 * JDK's sockets have to tell their numbers ({@link SocketNumbers}): to open sockets of our own instead would mean to write a selector, too.
 */
public final class PortReservation implements Reservation {
    static final int SIO_ACQUIRE_PORT_RESERVATION = 0x98000064;
    static final int SIO_RELEASE_PORT_RESERVATION = 0x98000065;
    static final int SIO_ASSOCIATE_PORT_RESERVATION = 0x98000066;

    private static final Logger LOG = LoggerFactory.getLogger(PortReservation.class);
    private static final int MOST_PORTS = 4096;
    private static final int FEWEST_PORTS = 128;
    private static final int WINSOCK_2_2 = 0x0202;
    private static final int STARTUP_DATA_BYTES = 512;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int OVERLAPPED_NOT_INHERITED = 0x81;

    /** INET_PORT_RANGE: first port in network order, number of ports. INET_PORT_RESERVATION_INSTANCE: that and, at 8, the token. */
    private static final int RANGE_BYTES = 4;
    private static final int TOKEN = 8;
    private static final int INSTANCE_BYTES = 16;

    private final WinsockLibrary winsock;
    private final long socket;
    private final long token;
    private final PortSet ports;
    private boolean closed;

    private PortReservation(WinsockLibrary winsock, long socket, long token, PortSet ports) {
        this.winsock = winsock;
        this.socket = socket;
        this.token = token;
        this.ports = ports;
    }

    /** As many ports as the system gives in one block, up to 4,096, after a trial that they can be bound; null when it gives none. */
    public static PortReservation acquire() {
        if (!SocketNumbers.available()) {
            return without("this Java does not let the numbers of its sockets be seen; start Weir by its jar (java -jar)");
        }
        WinsockLibrary library = new DirectWinsock();
        int error = library.WSAStartup(WINSOCK_2_2, address(ByteBuffer.allocateDirect(STARTUP_DATA_BYTES)));
        return error != 0 ? without("WSAStartup failed with error " + error) : acquire(library, PortReservation::bindOne);
    }

    /** Binds a new socket to a port of a reservation, and closes it. */
    @FunctionalInterface
    interface Trial {
        void bind(PortReservation from, ProtocolFamily family, int port) throws IOException;
    }

    static PortReservation acquire(WinsockLibrary winsock, Trial trial) {
        long socket = winsock.WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, 0, 0, OVERLAPPED_NOT_INHERITED);
        if (socket == WinsockLibrary.INVALID_SOCKET) {
            return without("no socket, error " + winsock.lastError());
        }
        ByteBuffer range = buffer(RANGE_BYTES);
        ByteBuffer instance = buffer(INSTANCE_BYTES);
        int error = 0;
        for (int wanted = MOST_PORTS; wanted >= FEWEST_PORTS; wanted /= 2) {
            range.putShort(0, (short) 0).putShort(2, (short) wanted);
            if (control(winsock, socket, SIO_ACQUIRE_PORT_RESERVATION, range, instance) == 0) {
                PortReservation made = of(winsock, socket, instance);
                String problem = made.problem(trial);
                if (problem == null) {
                    LOG.debug("ports {} are reserved for Weir's own connections", made.ports);
                    return made;
                }
                made.close();
                return without(problem);
            }
            error = winsock.lastError();
        }
        winsock.closesocket(socket);
        return without("SIO_ACQUIRE_PORT_RESERVATION failed with error " + error);
    }

    private static PortReservation of(WinsockLibrary winsock, long socket, ByteBuffer instance) {
        int first = Short.toUnsignedInt(Short.reverseBytes(instance.getShort(0)));
        int count = Short.toUnsignedInt(instance.getShort(2));
        return new PortReservation(winsock, socket, instance.getLong(TOKEN), PortSet.range(first, Math.min(0xffff, first + count - 1)));
    }

    private static PortReservation without(String why) {
        LOG.info("no ports are reserved for Weir's own connections ({}); each is exempted from capture by itself", why);
        return null;
    }

    /** @return what is wrong; null when nothing is */
    private String problem(Trial trial) {
        String ipv4 = problem(trial, StandardProtocolFamily.INET);
        return ipv4 == null ? problem(trial, StandardProtocolFamily.INET6) : ipv4;
    }

    /** One port may be somebody's; but the JDK says "in use", too, where the system forbids the bind (10013), and then of each. */
    private String problem(Trial trial, ProtocolFamily family) {
        int[] block = ports.ranges().get(0);
        String problem = null;
        for (int port : new int[] {block[0], (block[0] + block[1]) / 2, block[1]}) {
            try {
                trial.bind(this, family, port);
                return null;
            } catch (UnsupportedOperationException withoutThatFamily) {
                return null;
            } catch (BindException refused) {
                problem = family + ": " + refused.getMessage();
            } catch (IOException refused) {
                return family + ": " + refused.getMessage();
            }
        }
        return problem;
    }

    private static void bindOne(PortReservation from, ProtocolFamily family, int port) throws IOException {
        try (SocketChannel one = SocketChannel.open(family)) {
            from.associate(one);
            one.bind(new InetSocketAddress(port));
        }
    }

    @Override
    public PortSet ports() {
        return ports;
    }

    @Override
    public void associate(SocketChannel channel) throws IOException {
        associate(SocketNumbers.of(channel));
    }

    void associate(long number) throws IOException {
        ByteBuffer input = buffer(Long.BYTES).putLong(0, token);
        if (control(winsock, number, SIO_ASSOCIATE_PORT_RESERVATION, input, null) != 0) {
            throw new IOException("SIO_ASSOCIATE_PORT_RESERVATION failed with error " + winsock.lastError());
        }
    }

    private static int control(WinsockLibrary winsock, long socket, int code, ByteBuffer input, ByteBuffer output) {
        ByteBuffer returned = buffer(Integer.BYTES);
        int result = winsock.WSAIoctl(socket, code, address(input), input.capacity(), output == null ? 0 : address(output),
            output == null ? 0 : output.capacity(), address(returned), 0, 0);
        java.lang.ref.Reference.reachabilityFence(returned);
        java.lang.ref.Reference.reachabilityFence(input);
        return result;
    }

    /** Direct buffers do not move. */
    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** The ports are everybody's again. Safe twice. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            control(winsock, socket, SIO_RELEASE_PORT_RESERVATION, buffer(Long.BYTES).putLong(0, token), null);
            winsock.closesocket(socket); // would release it by itself, but for associated sockets that are still open
        }
    }
}
