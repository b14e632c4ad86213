package io.weir.upstream;

/** Dials destinations, directly or through upstreams. One for any number of event loops. */
public final class Dialer implements AutoCloseable {
    final DialSettings settings;
    final LocalPorts ports;
    final NameLookup names;

    public Dialer(DialSettings settings, LocalPorts ports) {
        this(settings, ports, new NameLookup());
    }

    Dialer(DialSettings settings, LocalPorts ports, NameLookup names) {
        this.settings = settings;
        this.ports = ports;
        this.names = names;
    }

    /**
     * Begins a dial; a failure may be told before this returns. Only in a task of {@code loop}, not within an event of a wire.
     *
     * @param upstream null = the destination itself
     */
    public Dialing dial(WireLoop loop, Upstream upstream, Destination destination, DialOutcome outcome) {
        Dial dial = new Dial(this, loop, upstream, destination, outcome);
        dial.start();
        return dial;
    }

    /** Dials under way end with their loops. */
    @Override
    public void close() {
        names.close();
    }
}
