package io.weir.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import io.weir.net.Endpoint;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

final class EpollLoop extends WireLoop {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    private final Pipes pipes;

    EpollLoop(IoEventLoop loop, ByteBufAllocator buffers, PipeSizer sizer) {
        super(loop, buffers);
        pipes = new Pipes(sizer);
    }

    Pipes pipes() {
        return pipes;
    }

    @Override
    void free() {
        super.free();
        pipes.close();
    }

    static LinuxSocket newSocket(boolean ipv4) throws IOException {
        try {
            return LinuxSocket.newSocketStream(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
        } catch (ChannelException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
    }

    @Override
    Wire connect(InetAddress address, int port, int mark, LocalPorts ports, WireListener listener) throws IOException {
        Socket socket = newSocket(address instanceof Inet4Address);
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            if (mark != 0) {
                socket.setIntOpt(SOL_SOCKET, SO_MARK, mark);
            }
            socket.connect(new InetSocketAddress(address, port)); // even one that stands at once is told by an event
            return new EpollWire(this, socket, listener, true);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    Acceptor bind(Endpoint endpoint, AcceptListener listener) throws IOException {
        LinuxSocket socket = newSocket(endpoint.address().isIpv4());
        try {
            socket.setReuseAddress(true);
            if (!endpoint.address().isIpv4()) {
                socket.setIntOpt(IPPROTO_IPV6, IPV6_V6ONLY, 1); // [::] leaves the port to 0.0.0.0
            }
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(endpoint.address().bytes()), endpoint.port()));
            socket.listen(Acceptor.BACKLOG);
            return new EpollAcceptor(this, socket, new Endpoint(endpoint.address(), socket.localAddress().getPort()), listener);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
