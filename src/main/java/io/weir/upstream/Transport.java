package io.weir.upstream;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Event loops on native epoll where it is, on the JDK's selector elsewhere. */
public final class Transport implements AutoCloseable {
    private static final int PAGE_BYTES = 8192;
    /** Chunks of 1 MiB: four receive buffers. */
    private static final int CHUNK_ORDER = 7;
    private static final int CLOSE_WAIT_MS = 1000;

    private final boolean epoll;
    private final PooledByteBufAllocator buffers;
    private final MultiThreadIoEventLoopGroup group;
    private final List<WireLoop> loops = new ArrayList<>();

    private Transport(boolean epoll, int count, String threadName, PipeSizer sizer) {
        this.epoll = epoll;
        // no thread-local caches: what is held is what the kernel did not take, which is rare
        buffers = new PooledByteBufAllocator(true, 0, count, PAGE_BYTES, CHUNK_ORDER, 0, 0, false);
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(threadName, true), factory);
        for (int i = 0; i < count; i++) {
            IoEventLoop loop = group.next();
            loops.add(epoll ? new EpollLoop(loop, buffers, sizer) : new NioLoop(loop, buffers));
        }
    }

    /** The best this machine has. @param sizer null = bytes are copied, never spliced */
    public static Transport best(int loops, String threadName, PipeSizer sizer) {
        return new Transport(Epoll.isAvailable(), loops, threadName, sizer);
    }

    /** The portable one. */
    public static Transport nio(int loops, String threadName) {
        return new Transport(false, loops, threadName, null);
    }

    public boolean isEpoll() {
        return epoll;
    }

    public List<WireLoop> loops() {
        return loops;
    }

    /** Memory of the system the buffers of all connections take now, the pool's reserve included. */
    public long bufferBytes() {
        return buffers.metric().usedDirectMemory();
    }

    /** Resets the wires still open and ends the threads, in about a second at most. Safe twice. */
    @Override
    public void close() {
        for (WireLoop loop : loops) {
            try {
                loop.execute(loop::free);
            } catch (RejectedExecutionException e) {
                return; // closed before
            }
        }
        group.shutdownGracefully(0, CLOSE_WAIT_MS / 2, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_WAIT_MS);
    }
}
