package io.weir.upstream;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.weir.net.Endpoint;
import io.weir.net.IpAddress;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

final class NioLoop extends WireLoop {

    NioLoop(IoEventLoop loop, ByteBufAllocator buffers) {
        super(loop, buffers);
    }

    private static ProtocolFamily family(boolean ipv4) {
        return ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    @Override
    Wire connect(InetAddress address, int port, int mark, LocalPorts ports, WireListener listener) throws IOException {
        SocketChannel channel = SocketChannel.open(family(address instanceof Inet4Address));
        LocalPorts.Claim claim = null;
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            claim = ports.bind(channel, new Endpoint(IpAddress.ofBytes(address.getAddress()), port));
            boolean stands = channel.connect(new InetSocketAddress(address, port));
            NioWire wire = new NioWire(this, channel, claim, listener, true);
            if (stands) {
                execute(() -> wire.ready(false, true, false, false));
            }
            return wire;
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (claim != null) {
                claim.release();
            }
            throw e;
        }
    }

    @Override
    Acceptor bind(Endpoint endpoint, AcceptListener listener) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(family(endpoint.address().isIpv4()));
        try {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(endpoint.address().bytes()), endpoint.port()), Acceptor.BACKLOG);
            return new NioAcceptor(this, channel, new Endpoint(endpoint.address(), channel.socket().getLocalPort()), listener);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
