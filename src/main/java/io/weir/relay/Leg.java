package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;

/**
 * One socket of a session and what it knows of the other: bytes go across as they come, reading stops while the other side's socket is full,
 * the end of the input becomes the end of the other's output. Loop thread only.
 */
final class Leg extends ChannelInboundHandlerAdapter implements ChannelFutureListener {
    private final Session session;
    private final SocketChannel channel;
    private final String side;
    private Leg other; // null until joined
    private ByteBuf early; // came before the join
    private long bytes;
    private boolean paused;
    private boolean inputEnded;
    private boolean outputEnded;

    /** @param side how messages name it: "the application", "the destination" */
    Leg(Session session, SocketChannel channel, String side) {
        this.session = session;
        this.channel = channel;
        this.side = side;
    }

    /** Bytes this side has sent us. */
    long bytes() {
        return bytes;
    }

    /** From now on the two belong together; both are registered with the same loop. */
    static void join(Leg first, Leg second) {
        first.other = second;
        second.other = first;
        first.catchUp();
        second.catchUp();
    }

    private void catchUp() {
        if (early != null) {
            ByteBuf held = early;
            early = null;
            forward(held);
        }
        if (inputEnded) {
            other.endOutput();
        } else if (paused && other.channel.isWritable()) {
            resume();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        bytes += in.readableBytes();
        if (other == null) {
            hold(in);
        } else {
            forward(in);
        }
    }

    private void forward(ByteBuf in) {
        other.channel.writeAndFlush(in, other.channel.voidPromise());
        if (!other.channel.isWritable()) {
            pause();
        }
    }

    /** Bytes from a destination that speaks first; no more than what one read brought, and the rest of the handshake's. */
    void hold(ByteBuf in) {
        if (session.isOver()) {
            in.release();
            return;
        }
        pause();
        if (early == null) {
            early = in;
        } else if (early instanceof CompositeByteBuf many) {
            many.addComponent(true, in);
        } else {
            early = channel.alloc().compositeDirectBuffer().addComponents(true, early, in);
        }
    }

    /** Bytes of the tunnel that came with the handshake. */
    void holdEarly(ByteBuf in) {
        bytes += in.readableBytes();
        hold(in);
    }

    private void pause() {
        if (!paused) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    private void resume() {
        paused = false;
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (other != null && other.paused && channel.isWritable()) {
            other.resume();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded) {
            inputEnded = true;
            if (other != null) {
                other.endOutput();
            }
        }
    }

    /** Once everything written is in the kernel. */
    private void endOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        if (session.isOver()) {
            return;
        }
        if (!written.isSuccess()) {
            session.reset(by());
            return;
        }
        outputEnded = true;
        if (other.outputEnded) {
            session.closeBothSides();
        } else {
            channel.shutdownOutput(channel.voidPromise());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            session.reset(by());
        } else {
            session.fail(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.reset(by()); // nobody but the session closes, unless a write failed
    }

    private String by() {
        return "reset by " + side;
    }

    /** Closes the socket: with a FIN after what was sent, or with a RST. */
    void close(boolean withReset) {
        if (early != null) {
            early.release();
            early = null;
        }
        if (channel.isOpen()) {
            if (withReset) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.unsafe().close(channel.voidPromise());
        }
    }
}
