package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.weir.metrics.Counter;
import io.weir.upstream.Arrival;
import io.weir.upstream.Deadlines;
import io.weir.upstream.DialFailure;
import io.weir.upstream.DialOutcome;
import io.weir.upstream.Dialing;
import io.weir.upstream.Expiring;
import io.weir.upstream.Wire;
import java.io.IOException;

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
        try {
            Dialing begun = table.dial(this);
            if (state == State.DIALING) {
                dialing = begun;
            }
        } catch (RuntimeException e) {
            table.unexpected(order, e);
            cancel("failed: " + e);
        }
    }

    @Override
    public void connected(Wire wire, ByteBuf early) {
        dialing = null;
        state = State.EXPECTED;
        destination = new Leg(this, table.loop, "the destination");
        destination.wire(wire);
        wire.hear(destination);
        if (early.isReadable()) {
            destination.received(early);
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
    void accepted(Arrival arrival) {
        state = State.JOINED;
        table.loop.deadlines().remove(this);
        Leg leg = new Leg(this, table.loop, "the application");
        try {
            leg.wire(arrival.take(leg));
        } catch (IOException e) {
            end("the accepted connection could not be registered: " + e.getMessage(), true);
            return;
        }
        application = leg;
        Leg.join(application, destination, table.settings.spliceAfterBytes());
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
