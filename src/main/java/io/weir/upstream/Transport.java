package io.weir.upstream;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.spi.SelectorProvider;

/**
 * Native epoll where it is, NIO elsewhere: event loops and sockets with the options every connection of ours has. TCP_NODELAY is on by
 * Netty's default; connect time-outs are kept by {@link Deadlines}. Any thread.
 */
public final class Transport {
    private static final int SOL_SOCKET = 1;
    private static final IntegerUnixChannelOption SO_MARK = new IntegerUnixChannelOption("SO_MARK", SOL_SOCKET, 36);
    private static final int PAGE_BYTES = 8192;
    /** Chunks of 1 MiB: four of the largest receive buffers. */
    private static final int CHUNK_ORDER = 7;
    private static final int ACCEPTS_PER_WAKE_UP = 64;
    private static final int SMALL_BUFFERS_CACHED = 64;
    /** Something must wait before reading stops, and little before it goes on: what waits per connection is one read. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

    private final boolean epoll;
    private final PooledByteBufAllocator buffers;
    private final RecvByteBufAllocator receiveSizes = new AdaptiveRecvByteBufAllocator(1024, 4096, 256 * 1024).maxMessagesPerRead(16);

    private Transport(boolean epoll, int eventLoops) {
        this.epoll = epoll;
        buffers = new PooledByteBufAllocator(true, 0, eventLoops, PAGE_BYTES, CHUNK_ORDER, SMALL_BUFFERS_CACHED, 0, false);
    }

    /** The best this machine has. */
    public static Transport best(int eventLoops) {
        return new Transport(Epoll.isAvailable(), eventLoops);
    }

    /** The portable one. */
    public static Transport nio(int eventLoops) {
        return new Transport(false, eventLoops);
    }

    public boolean isEpoll() {
        return epoll;
    }

    /** Memory of the system the buffers of all connections take now, the pool's reserve included. */
    public long bufferBytes() {
        return buffers.metric().usedDirectMemory();
    }

    public EventLoopGroup newEventLoops(int count, String threadName) {
        IoHandlerFactory factory = epoll ? SteadyEpollHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(threadName, true), factory);
    }

    public ServerChannel newListener(boolean ipv4) {
        ServerChannel listener = epoll ? new EpollServerSocketChannel(family(ipv4)) : new NioServerSocketChannel(SelectorProvider.provider(), family(ipv4));
        listener.config().setAllocator(buffers);
        listener.config().setRecvByteBufAllocator(new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_PER_WAKE_UP));
        return listener;
    }

    /** Not yet registered with a loop. @throws io.netty.channel.ChannelException when no file descriptor is left, or the mark may not be set */
    Channel newSocket(boolean ipv4, int mark) {
        SocketChannel socket = epoll ? new EpollSocketChannel(family(ipv4)) : new NioSocketChannel(SelectorProvider.provider(), family(ipv4));
        prepare(socket);
        try {
            socket.config().setOption(ChannelOption.SO_KEEPALIVE, true);
            if (mark != 0 && epoll) {
                socket.config().setOption(SO_MARK, mark);
            }
        } catch (RuntimeException e) {
            socket.unsafe().closeForcibly();
            throw e;
        }
        return socket;
    }

    /** Sets the common options of a socket made here or accepted. */
    public void prepare(SocketChannel socket) {
        socket.config().setAllowHalfClosure(true);
        socket.config().setConnectTimeoutMillis(0);
        socket.config().setAllocator(buffers);
        socket.config().setRecvByteBufAllocator(receiveSizes);
        socket.config().setWriteBufferWaterMark(WATER_MARK);
    }

    /** Closes an accepted socket that no loop knows yet with a RST. */
    public void refuse(SocketChannel socket) {
        socket.config().setOption(ChannelOption.SO_LINGER, 0);
        socket.unsafe().closeForcibly();
    }

    private static SocketProtocolFamily family(boolean ipv4) {
        return ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }
}
