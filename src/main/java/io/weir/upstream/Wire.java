package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection, served by one event loop without a pipeline: bytes are read into the loop's one buffer and handed on while they are in
 * the processor's cache; only what the other side's kernel does not take is copied. The loop's thread only.
 */
public abstract class Wire implements Runnable {
    /** Then others have their turn. */
    private static final int READS_PER_TURN = 4;
    /** A read that brings so much is followed by a splice, a splice that moves less by a read. */
    private static final int BULK_BYTES = 64 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    final WireLoop loop;
    private WireListener listener;
    private ByteBuf backlog; // what the kernel did not take yet
    private boolean connecting;
    private boolean readable; // the kernel may have something, and will not say so again
    private boolean ending; // it may have the end
    private boolean paused;
    private boolean inputEnded;
    private boolean endWanted;
    private boolean outputEnded;
    private boolean closed;
    private boolean lost;
    private Wire spliceTarget;
    private long bytesBeforeSplice;
    private boolean bulky; // the last read brought much
    private boolean stuck; // what was spliced in does not fit into the target's socket yet
    private Wire stuckOnThis;
    private IOException broken; // a write has failed; what the peer had sent before is read first

    Wire(WireLoop loop, WireListener listener, boolean connecting) {
        this.loop = loop;
        this.listener = listener;
        this.connecting = connecting;
    }

    /** As read(2): -1 at the end, 0 when there is nothing now. */
    abstract int receive(ByteBuf into) throws IOException;

    /** Takes from the buffer what fits. */
    abstract void send(ByteBuf from) throws IOException;

    /** Whether the kernel can move bytes from this wire to that one. */
    abstract boolean canMoveTo(Wire target);

    /** Takes bytes into a pipe: how many, 0 when there is nothing now (or the end), -1 when no pipe is to be had. */
    abstract int moveIn() throws IOException;

    /** Empties the pipe into the target. @return false when not everything fits now */
    abstract boolean moveOut(Wire target) throws IOException;

    abstract void finishConnect() throws IOException;

    abstract void shutdownOutput() throws IOException;

    /** Which readiness is wanted, for selectors that have to be told. */
    abstract void wish(boolean reading, boolean writing);

    abstract void closeSocket(boolean withReset);

    /** From now on somebody else hears. */
    public final void hear(WireListener newListener) {
        listener = newListener;
    }

    /** Nothing more is received until {@link #resume}, a break aside. */
    public final void pause() {
        if (!paused) {
            paused = true;
            wish();
        }
    }

    public final void resume() {
        if (paused && !closed) {
            paused = false;
            wish();
            if (readable && !stuck) {
                read();
            }
        }
    }

    /** Sends all of it, now or later. What cannot be sent any more, because the wire is broken or its output ended, is dropped. */
    public final void write(ByteBuf bytes) {
        if (closed || broken != null || endWanted) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        try {
            if (backlog == null) {
                send(bytes);
            }
        } catch (IOException | NotYetConnectedException e) {
            bytes.skipBytes(bytes.readableBytes());
            breakOutput(asIoException(e));
            return;
        }
        if (bytes.isReadable()) {
            backlog = backlog == null ? loop.copy(bytes) : backlog.writeBytes(bytes);
            wish();
        }
    }

    /** Something waits for the kernel: whoever writes should pause, {@link WireListener#drained} will be told. */
    public final boolean isBacklogged() {
        return backlog != null || stuckOnThis != null;
    }

    /** Sends a FIN after what was written. */
    public final void endOutput() {
        if (!closed && !endWanted) {
            endWanted = true;
            if (backlog == null) {
                finishOutput();
            }
        }
    }

    private void finishOutput() {
        try {
            shutdownOutput();
        } catch (IOException | NotYetConnectedException e) {
            breakOutput(asIoException(e));
            return;
        }
        outputEnded = true;
        listener.outputEnded();
    }

    /** Frees the socket: with a FIN (what was written before and not sent is dropped) or with a RST. Safe twice. */
    public final void close(boolean withReset) {
        if (!closed) {
            closed = true;
            dropBacklog();
            closeSocket(withReset);
        }
    }

    private void dropBacklog() {
        if (backlog != null) {
            backlog.release();
            backlog = null;
        }
    }

    private void wish() {
        if (!closed) {
            wish(!paused && !inputEnded, connecting || backlog != null);
        }
    }

    /** The kernel says what can be done. Nothing is thrown: the loop would pause for all wires. */
    final void ready(boolean reading, boolean writing, boolean end, boolean error) {
        try {
            act(reading, writing, end, error);
        } catch (RuntimeException e) {
            LOG.error("a connection is given up", e);
            lose(asIoException(e));
        }
    }

    private void act(boolean reading, boolean writing, boolean end, boolean error) {
        if (closed || connecting && !finishConnecting(writing || error)) {
            return;
        }
        if (writing && backlog != null && !closed) {
            flush();
        }
        if (writing && stuckOnThis != null && !closed) {
            stuckOnThis.unstick();
        }
        if ((reading || end || error) && !inputEnded && !closed) {
            readable = true;
            ending |= end || error;
            if (!paused && !stuck) {
                read();
            } else if (error) {
                lose(new IOException("connection reset"));
            }
        }
    }

    private boolean finishConnecting(boolean decided) {
        if (!decided) {
            return false;
        }
        connecting = false;
        try {
            finishConnect();
        } catch (IOException e) {
            lose(e);
            return false;
        }
        wish();
        listener.connected();
        return !closed;
    }

    private void flush() {
        try {
            send(backlog);
        } catch (IOException | NotYetConnectedException e) {
            breakOutput(asIoException(e));
            return;
        }
        if (backlog.isReadable()) {
            return;
        }
        dropBacklog();
        wish();
        if (endWanted) {
            finishOutput();
        } else {
            listener.drained();
        }
    }

    private void breakOutput(IOException cause) {
        dropBacklog();
        if (paused || inputEnded) {
            lose(cause);
        } else {
            broken = cause;
            loop.execute(this);
        }
    }

    private static IOException asIoException(Exception e) {
        return e instanceof IOException io ? io : new IOException(e);
    }

    private void lose(IOException cause) {
        if (!closed && !lost) {
            lost = true;
            listener.lost(cause);
        }
    }

    /** The next turn of a read that had enough. */
    @Override
    public final void run() {
        if (!closed && !paused && !stuck && !inputEnded && !connecting) {
            read();
        }
    }

    private void read() {
        if (!loop.beginReceiving()) { // within another wire's read: the buffer is in use
            loop.execute(this);
            return;
        }
        try {
            for (int turn = 0; turn < READS_PER_TURN; turn++) {
                boolean more = bulky && canSplice() ? moveOnce() : readOnce();
                if (!more || closed || paused) {
                    return;
                }
            }
        } finally {
            loop.endReceiving();
        }
        loop.execute(this);
    }

    /** @return whether there may be more now */
    private boolean readOnce() {
        ByteBuf buffer = loop.receiveBuffer();
        int count;
        try {
            count = receive(buffer);
        } catch (IOException | NotYetConnectedException e) {
            lose(broken == null ? asIoException(e) : broken);
            return false;
        }
        if (count > 0) {
            boolean wasFull = !buffer.isWritable();
            bulky = count >= BULK_BYTES;
            bytesBeforeSplice -= count;
            listener.received(buffer);
            readable = wasFull || ending;
            return readable || broken != null;
        }
        readable = false;
        if (broken != null) {
            lose(broken);
        } else if (count < 0) {
            inputEnded = true;
            wish();
            listener.inputEnded();
        }
        return false;
    }

    /** Once {@code afterBytes} more were received, large amounts go to the target inside the kernel where that is possible. */
    public final void spliceTo(Wire target, long afterBytes) {
        if (canMoveTo(target)) {
            spliceTarget = target;
            bytesBeforeSplice = afterBytes;
        }
    }

    private boolean canSplice() {
        return spliceTarget != null && bytesBeforeSplice <= 0 && broken == null && spliceTarget.backlog == null && spliceTarget.broken == null;
    }

    private boolean moveOnce() {
        int count;
        try {
            count = moveIn();
        } catch (IOException | NotYetConnectedException e) {
            lose(asIoException(e));
            return false;
        }
        if (count > 0) {
            bulky = count >= BULK_BYTES;
            listener.moved(count);
            return push();
        }
        bulky = false;
        readable = count < 0 || ending; // the end looks like nothing: a read tells
        return readable && readOnce();
    }

    /** @return whether the target took everything */
    private boolean push() {
        try {
            stuck = !moveOut(spliceTarget);
        } catch (IOException | NotYetConnectedException e) {
            stuck = false;
            spliceTarget.stuckOnThis = null;
            spliceTarget.breakOutput(asIoException(e));
            return false;
        }
        spliceTarget.stuckOnThis = stuck ? this : null;
        return !stuck;
    }

    private void unstick() {
        if (push() && readable && !paused && !closed) {
            read();
        }
    }
}
