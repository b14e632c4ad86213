package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * One TCP connection, served by one event loop without a pipeline: bytes are read into the loop's one buffer and handed on while they are in
 * the processor's cache; only what the other side's kernel does not take is copied. The loop's thread only.
 */
public abstract class Wire implements Runnable {
    /** Then others have their turn. */
    private static final int READS_PER_TURN = 16;

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
            if (readable) {
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
        } catch (IOException e) {
            bytes.skipBytes(bytes.readableBytes());
            breakOutput(e);
            return;
        }
        if (bytes.isReadable()) {
            backlog = backlog == null ? loop.copy(bytes) : backlog.writeBytes(bytes);
            wish();
        }
    }

    /** Something waits for the kernel: whoever writes should pause, {@link WireListener#drained} will be told. */
    public final boolean isBacklogged() {
        return backlog != null;
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
        } catch (IOException e) {
            breakOutput(e);
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

    /** The kernel says what can be done. */
    final void ready(boolean reading, boolean writing, boolean end, boolean error) {
        if (closed) {
            return;
        }
        if (connecting && !finishConnecting(writing || error)) {
            return;
        }
        if (writing && backlog != null && !closed) {
            flush();
        }
        if ((reading || end || error) && !inputEnded && !closed) {
            readable = true;
            ending |= end || error;
            if (!paused) {
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
        } catch (IOException e) {
            breakOutput(e);
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

    private void lose(IOException cause) {
        if (!closed && !lost) {
            lost = true;
            listener.lost(cause);
        }
    }

    /** The next turn of a read that had enough. */
    @Override
    public final void run() {
        if (!closed && !paused && !inputEnded && !connecting) {
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
                if (!readOnce() || closed || paused) {
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
        } catch (IOException e) {
            lose(broken == null ? e : broken);
            return false;
        }
        if (count > 0) {
            boolean wasFull = !buffer.isWritable();
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
}
