package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.weir.upstream.Wire;
import io.weir.upstream.WireListener;
import io.weir.upstream.WireLoop;
import java.io.IOException;

/**
 * One socket of a session and what it knows of the other: bytes go across as they come, reading stops while the other side's socket is full,
 * the end of the input becomes the end of the other's output. Loop thread only.
 */
final class Leg implements WireListener {
    private final Session session;
    private final WireLoop loop;
    private final String side;
    private Wire wire;
    private Leg other; // null until joined
    private ByteBuf early; // came before the join
    private long bytes;
    private boolean inputEnded;
    private boolean outputEnded;

    /** @param side how messages name it: "the application", "the destination" */
    Leg(Session session, WireLoop loop, String side) {
        this.session = session;
        this.loop = loop;
        this.side = side;
    }

    void wire(Wire newWire) {
        wire = newWire;
    }

    /** Bytes this side has sent us. */
    long bytes() {
        return bytes;
    }

    /** From now on the two belong together; both are on the same loop. */
    static void join(Leg first, Leg second, long spliceAfterBytes) {
        first.other = second;
        second.other = first;
        if (spliceAfterBytes > 0) {
            first.wire.spliceTo(second.wire, spliceAfterBytes);
            second.wire.spliceTo(first.wire, spliceAfterBytes);
        }
        first.catchUp();
        second.catchUp();
    }

    private void catchUp() {
        if (early != null) {
            other.wire.write(early);
            dropEarly();
        }
        if (inputEnded) {
            other.wire.endOutput();
        } else if (!other.wire.isBacklogged()) {
            wire.resume();
        }
    }

    @Override
    public void received(ByteBuf in) {
        bytes += in.readableBytes();
        if (other == null) {
            hold(in);
            return;
        }
        other.wire.write(in);
        if (other.wire.isBacklogged()) {
            wire.pause();
        }
    }

    @Override
    public void moved(int count) {
        bytes += count;
    }

    /** From a destination that speaks first: what came with the handshake and one read more. */
    private void hold(ByteBuf in) {
        wire.pause();
        early = early == null ? loop.copy(in) : early.writeBytes(in);
    }

    @Override
    public void drained() {
        other.wire.resume();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        if (other == null) {
            return;
        }
        if (outputEnded && !other.wire.isBacklogged()) {
            session.closeBothSides(); // the close is the other side's FIN
        } else {
            other.wire.endOutput();
        }
    }

    @Override
    public void outputEnded() {
        outputEnded = true;
        if (other.outputEnded) {
            session.closeBothSides();
        }
    }

    @Override
    public void lost(IOException cause) {
        session.reset("reset by " + side);
    }

    /** Closes the socket: with a FIN after what was sent, or with a RST. */
    void close(boolean withReset) {
        dropEarly();
        wire.close(withReset);
    }

    private void dropEarly() {
        if (early != null) {
            early.release();
            early = null;
        }
    }
}
