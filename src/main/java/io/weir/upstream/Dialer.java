package io.weir.upstream;

import io.netty.channel.EventLoop;

/** Dials destinations, directly or through upstreams. One for any number of event loops. */
public final class Dialer implements AutoCloseable {
    final Transport transport;
    final DialSettings settings;
    final NameLookup names;

    public Dialer(Transport transport, DialSettings settings) {
        this(transport, settings, new NameLookup());
    }

    Dialer(Transport transport, DialSettings settings, NameLookup names) {
        this.transport = transport;
        this.settings = settings;
        this.names = names;
    }

    /**
     * Begins a dial; the outcome may be told before this returns. On {@code loop}'s thread only.
     *
     * @param deadlines of that loop
     * @param upstream  null = the destination itself
     */
    public Dialing dial(EventLoop loop, Deadlines deadlines, Upstream upstream, Destination destination, DialOutcome outcome) {
        Dial dial = new Dial(this, loop, deadlines, upstream, destination, outcome);
        dial.start();
        return dial;
    }

    /** Dials under way end with their loops. */
    @Override
    public void close() {
        names.close();
    }
}
