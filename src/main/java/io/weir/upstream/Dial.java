package io.weir.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** One dial: look-up where needed, connect (address after address), handshake. Loop thread only. */
final class Dial extends ChannelInboundHandlerAdapter implements Dialing, Expiring, ChannelFutureListener {
    private static final int LARGEST_REQUEST = 1024;
    private static final int ADDRESSES_TRIED = 4;

    private final Dialer dialer;
    private final EventLoop loop;
    private final Deadlines deadlines;
    private final Upstream upstream;
    private final Destination destination;
    private final DialOutcome outcome;
    private final long startedNs = System.nanoTime();
    private long stepStartedNs = startedNs;
    private int slot = Deadlines.NOT_HELD;
    private InetAddress[] addresses;
    private int nextAddress;
    private Channel channel;
    private Handshake handshake; // null until the connection stands
    private boolean atOnce;
    private boolean over;

    Dial(Dialer dialer, EventLoop loop, Deadlines deadlines, Upstream upstream, Destination destination, DialOutcome outcome) {
        this.dialer = dialer;
        this.loop = loop;
        this.deadlines = deadlines;
        this.upstream = upstream;
        this.destination = destination;
        this.outcome = outcome;
    }

    /** One after the other it serves the channel of each address tried. */
    @Override
    public boolean isSharable() {
        return true;
    }

    void start() {
        deadlines.add(this);
        String name = name();
        if (name == null) {
            connect(address());
        } else if (!dialer.names.find(name, loop, this::found)) {
            fail(DialFailure.Kind.EXHAUSTED, "too many names are being looked up");
        }
    }

    /** What has to be looked up first, or null. */
    private String name() {
        return upstream == null ? destination.name() : upstream.endpoint() == null ? upstream.host() : null;
    }

    private InetAddress address() {
        byte[] bytes = (upstream == null ? destination.address() : upstream.endpoint().address()).bytes();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // only for a wrong length
        }
    }

    private void found(InetAddress[] found, String problem) {
        if (over) {
            return;
        }
        if (found == null) {
            fail(upstream == null ? DialFailure.Kind.HOST_UNREACHABLE : DialFailure.Kind.UPSTREAM_DOWN, problem);
            return;
        }
        addresses = found;
        connectNext();
    }

    private boolean connectNext() {
        if (addresses == null || nextAddress == addresses.length || nextAddress == ADDRESSES_TRIED) {
            return false;
        }
        connect(addresses[nextAddress++]);
        return true;
    }

    private void connect(InetAddress address) {
        stepStartedNs = System.nanoTime();
        Channel socket;
        try {
            socket = dialer.transport.newSocket(address.getAddress().length == 4, dialer.settings.socketMark());
        } catch (RuntimeException e) {
            ConnectError error = ConnectError.of(e, true);
            fail(error.kind(), error.text());
            return;
        }
        channel = socket;
        socket.pipeline().addLast("dial", this);
        ChannelFuture registered = loop.register(socket);
        if (!registered.isSuccess()) {
            ConnectError error = ConnectError.of(registered.cause(), true);
            fail(error.kind(), error.text());
            return;
        }
        ChannelFuture connected = socket.connect(new InetSocketAddress(address, upstream == null ? destination.port() : upstream.port()));
        atOnce = connected.isDone();
        connected.addListener(this);
    }

    /** The connect has ended. */
    @Override
    public void operationComplete(ChannelFuture future) {
        if (over || future.channel() != channel) {
            return;
        }
        if (future.isSuccess()) {
            connected();
            return;
        }
        ConnectError error = ConnectError.of(future.cause(), atOnce);
        dropChannel();
        if (connectNext()) {
            return;
        }
        // to the application a proxy that is not there is no statement about its destination; lack of resources here is ours
        fail(upstream == null || error.kind() == DialFailure.Kind.EXHAUSTED ? error.kind() : DialFailure.Kind.UPSTREAM_DOWN, error.text());
    }

    private void connected() {
        if (upstream == null) {
            succeed(null);
            return;
        }
        stepStartedNs = System.nanoTime();
        handshake = Handshake.with(upstream, destination);
        ByteBuf out = channel.alloc().directBuffer(LARGEST_REQUEST);
        send(handshake.begin(out), out, null);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (over || handshake == null) {
            in.release();
            return;
        }
        ByteBuf out = channel.alloc().directBuffer(LARGEST_REQUEST);
        send(handshake.received(in, out), out, in);
    }

    /** Sends what the handshake wrote and goes where it says; takes over both buffers. */
    private void send(Handshake.Progress progress, ByteBuf out, ByteBuf in) {
        if (progress != Handshake.Progress.FAILED && out.isReadable()) {
            stepStartedNs = System.nanoTime();
            channel.writeAndFlush(out, channel.voidPromise());
        } else {
            out.release();
        }
        if (progress == Handshake.Progress.DONE && in.isReadable()) {
            succeed(in);
            return;
        }
        if (in != null) {
            in.release();
        }
        if (progress == Handshake.Progress.DONE) {
            succeed(null);
        } else if (progress == Handshake.Progress.FAILED) {
            fail(handshake.kind(), handshake.detail());
        }
    }

    private void succeed(ByteBuf early) {
        if (over) {
            if (early != null) {
                early.release();
            }
            return;
        }
        over = true;
        deadlines.remove(this);
        channel.pipeline().remove(this);
        outcome.connected(channel, early);
    }

    private void fail(DialFailure.Kind kind, String detail) {
        if (over) {
            return;
        }
        String step = step();
        String who = upstream == null ? "direct: " : "upstream " + upstream + ": ";
        end();
        outcome.failed(new DialFailure(kind, step, who + step + ": " + detail));
    }

    private String step() {
        if (handshake != null) {
            return handshake.step();
        }
        if (channel == null && addresses == null && name() != null) {
            return "look up " + name();
        }
        return upstream == null ? "connect to " + destination : "connect to the proxy";
    }

    @Override
    public void cancel() {
        if (!over) {
            end();
        }
    }

    private void end() {
        over = true;
        deadlines.remove(this);
        dropChannel();
    }

    private void dropChannel() {
        Channel dropped = channel;
        if (dropped != null && dropped.isOpen()) {
            dropped.config().setOption(ChannelOption.SO_LINGER, 0);
            dropped.unsafe().close(dropped.voidPromise());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            lost(context, "the upstream closed the connection");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost(context, "the upstream closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(context, cause instanceof IOException ? "the upstream reset the connection" : cause.toString());
    }

    private void lost(ChannelHandlerContext context, String how) {
        if (handshake != null && context.channel() == channel) { // before that the connect's future tells
            fail(DialFailure.Kind.UPSTREAM_DOWN, how);
        }
    }

    @Override
    public long deadlineNs() {
        long dialNs = startedNs + dialer.settings.dialTimeoutMs() * 1_000_000L;
        long stepNs = stepStartedNs + dialer.settings.stepTimeoutMs() * 1_000_000L;
        boolean wholeDialOnly = handshake != null && handshake.waitsForDestination();
        return wholeDialOnly || dialNs - stepNs < 0 ? dialNs : stepNs;
    }

    @Override
    public void expire(long nowNs) {
        if (handshake == null && channel != null && nowNs - startedNs < dialer.settings.dialTimeoutMs() * 1_000_000L) {
            dropChannel();
            if (connectNext()) {
                return;
            }
        }
        boolean destinationIsSilent = upstream == null || handshake != null && handshake.waitsForDestination();
        long waitedMs = (nowNs - stepStartedNs) / 1_000_000;
        fail(destinationIsSilent ? DialFailure.Kind.TIMED_OUT : DialFailure.Kind.UPSTREAM_DOWN,
                "no answer within " + (waitedMs < 1000 ? waitedMs + " ms" : waitedMs / 1000 + " s"));
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
