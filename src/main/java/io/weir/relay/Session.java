package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.weir.metrics.Counter;
import io.weir.upstream.Deadlines;
import io.weir.upstream.DialFailure;
import io.weir.upstream.DialOutcome;
import io.weir.upstream.Dialing;
import io.weir.upstream.Expiring;

/** One order from its dial to its end: dialing, dialed and waiting for the application's connection, joined, over. Loop thread only. */
final class Session implements DialOutcome, Expiring, Runnable {
    private enum State {
        ORDERED, DIALING, EXPECTED, JOINED, OVER
    }

    final DialOrder order;
    private final SessionTable table;
    private State state = State.ORDERED;
    private Dialing dialing;
    private Leg destination;
    private Leg application;
    private long deadlineNs;
    private int slot = Deadlines.NOT_HELD;

    Session(DialOrder order, SessionTable table) {
        this.order = order;
        this.table = table;
    }

    /** The order has reached its loop. */
    @Override
    public void run() {
        state = State.DIALING;
        Dialing begun = table.dial(this);
        if (state == State.DIALING) {
            dialing = begun;
        }
    }

    boolean isOver() {
        return state == State.OVER;
    }

    @Override
    public void connected(Channel channel, ByteBuf early) {
        dialing = null;
        state = State.EXPECTED;
        destination = new Leg(this, (SocketChannel) channel, "the destination");
        channel.pipeline().addLast("leg", destination);
        if (early != null) {
            destination.holdEarly(early);
        }
        deadlineNs = System.nanoTime() + table.settings.acceptTimeoutMs() * 1_000_000L;
        table.expect(this);
    }

    @Override
    public void failed(DialFailure failure) {
        dialing = null;
        state = State.OVER;
        table.failed(this, failure);
    }

    /** The application's connection has arrived. */
    void accepted(SocketChannel channel) {
        state = State.JOINED;
        table.deadlines.remove(this);
        application = new Leg(this, channel, "the application");
        channel.pipeline().addLast("leg", application);
        if (!table.loop.register(channel).isSuccess()) {
            end("the accepted connection could not be registered", true);
            return;
        }
        if (!isOver()) { // an event of the registration may have ended it
            Leg.join(application, destination);
        }
    }

    @Override
    public void expire(long nowNs) {
        table.counters.increment(Counter.RELAY_ACCEPT_LATE);
        end("the application's connection did not arrive within " + table.settings.acceptTimeoutMs() + " ms", true);
    }

    void closeBothSides() {
        end("closed by both sides", false);
    }

    void reset(String how) {
        end(how, true);
    }

    void fail(Throwable cause) {
        table.unexpected(order, cause);
        end("failed: " + cause, true);
    }

    /** From outside: the flow is not wanted any more. */
    void cancel(String how) {
        if (state == State.ORDERED || state == State.DIALING) {
            if (dialing != null) {
                dialing.cancel();
            }
            failed(new DialFailure(DialFailure.Kind.CANCELLED, "dial", "dial of " + order.destination() + ": " + how));
        } else {
            end(how, true);
        }
    }

    private void end(String how, boolean withReset) {
        if (state == State.OVER) {
            return;
        }
        boolean wasExpected = state == State.EXPECTED;
        state = State.OVER;
        destination.close(withReset);
        if (application != null) {
            application.close(withReset);
        }
        table.ended(this, application == null ? 0 : application.bytes(), destination.bytes(), how, wasExpected);
    }

    @Override
    public long deadlineNs() {
        return deadlineNs;
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
