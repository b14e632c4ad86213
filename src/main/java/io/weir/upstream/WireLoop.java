package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.weir.net.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** One event loop: its thread, its deadlines, its one receive buffer, and the making of wires. */
public abstract class WireLoop implements Executor {
    private static final int RECEIVE_BYTES = 256 * 1024;
    private static final int REQUEST_BYTES = 1024;

    private final IoEventLoop loop;
    private final ByteBufAllocator buffers;
    private final Deadlines deadlines;
    private ByteBuf receiveBuffer;
    private ByteBuf requestBuffer;
    private boolean receiving;

    WireLoop(IoEventLoop loop, ByteBufAllocator buffers) {
        this.loop = loop;
        this.buffers = buffers;
        this.deadlines = new Deadlines(loop);
    }

    /** Runs the task on the loop's thread, after the events under way. @throws java.util.concurrent.RejectedExecutionException when shut down */
    @Override
    public final void execute(Runnable task) {
        loop.execute(task);
    }

    final void executeAfter(int delayMs, Runnable task) {
        loop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    public final Deadlines deadlines() {
        return deadlines;
    }

    /** Those bytes, in a buffer of their own that the caller releases. */
    public final ByteBuf copy(ByteBuf bytes) {
        return buffers.directBuffer(bytes.readableBytes()).writeBytes(bytes);
    }

    /**
     * Begins to connect. Only from a task, never from within a wire's event: the new socket may get the number of one that was just closed,
     * and an event of that one may still be under way.
     *
     * @param mark  SO_MARK where the system has it, 0 = none
     * @param ports where the socket is bound where the system has no marks
     * @throws IOException when it fails at once
     */
    abstract Wire connect(InetAddress address, int port, int mark, LocalPorts ports, WireListener listener) throws IOException;

    /** Listens from now on. Any thread; waits for the loop. @throws IOException when the address cannot be bound */
    public final Acceptor listen(Endpoint endpoint, AcceptListener listener) throws IOException {
        Future<Acceptor> bound = loop.submit(() -> bind(endpoint, listener)).awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.getNow();
        }
        throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }

    abstract Acceptor bind(Endpoint endpoint, AcceptListener listener) throws IOException;

    final IoRegistration register(IoHandle handle, IoOps wish) throws IOException {
        Future<IoRegistration> registered = loop.register(handle);
        if (!registered.isSuccess()) {
            throw registered.cause() instanceof IOException e ? e : new IOException(registered.cause());
        }
        IoRegistration registration = registered.getNow();
        try {
            registration.submit(wish);
        } catch (UncheckedIOException e) {
            registration.cancel();
            throw e.getCause();
        }
        return registration;
    }

    /** @return false when some wire is receiving already */
    final boolean beginReceiving() {
        if (receiving) {
            return false;
        }
        receiving = true;
        return true;
    }

    final void endReceiving() {
        receiving = false;
    }

    /** Empty; its bytes live until the next call. */
    final ByteBuf receiveBuffer() {
        if (receiveBuffer == null) {
            receiveBuffer = buffers.directBuffer(RECEIVE_BYTES, RECEIVE_BYTES);
        }
        return receiveBuffer.clear();
    }

    /** Empty; for what is written at once. */
    final ByteBuf requestBuffer() {
        if (requestBuffer == null) {
            requestBuffer = buffers.directBuffer(REQUEST_BYTES);
        }
        return requestBuffer.clear();
    }

    /** The loop's last task. */
    void free() {
        ReferenceCountUtil.release(receiveBuffer);
        ReferenceCountUtil.release(requestBuffer);
        receiveBuffer = null;
        requestBuffer = null;
    }
}
