package io.weir.relay;

import java.util.concurrent.atomic.AtomicInteger;

/** How many orders may be under way and how many sessions there may be at all; two sockets each. Any thread. */
final class Admission {
    private final int maximumDials;
    private final int maximumSessions;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();

    Admission(int maximumDials, int maximumSessions) {
        this.maximumDials = maximumDials;
        this.maximumSessions = maximumSessions;
    }

    boolean enter() {
        if (sessions.incrementAndGet() > maximumSessions) {
            sessions.decrementAndGet();
            return false;
        }
        if (underWay.incrementAndGet() > maximumDials) {
            underWay.decrementAndGet();
            sessions.decrementAndGet();
            return false;
        }
        return true;
    }

    /** The application's connection has come, or will not come any more. */
    void arrived() {
        underWay.decrementAndGet();
    }

    /** The session is over. */
    void left() {
        sessions.decrementAndGet();
    }
}
